// A survey on a tablet begins anew for whoever comes next; one in a frame tells the page
// around it how high it is.

const { manner, start, stillThere } = document.body.dataset;
const SECONDS = { done: 10, idle: 60, warned: 15 };

function kiosk() {
  let timer;
  const again = () => location.replace(start);
  const sheet = () => document.querySelector("#page");

  function warn() {
    const alert = document.createElement("p");
    alert.className = "notice said";
    alert.setAttribute("role", "alert");
    alert.textContent = stillThere;
    sheet().querySelector(".ways, footer")?.before(alert);
    timer = setTimeout(again, SECONDS.warned * 1000);
  }

  // Nothing typed and nothing turned: there is nobody to forget.
  const isUntouched = () =>
    sheet() instanceof HTMLFormElement &&
    !sheet().dataset.touched &&
    !document.body.dataset.turned;

  function wait() {
    clearTimeout(timer);
    document.querySelector(".said")?.remove();
    if (sheet().hasAttribute("data-done")) timer = setTimeout(again, SECONDS.done * 1000);
    else if (!isUntouched()) timer = setTimeout(warn, SECONDS.idle * 1000);
  }

  for (const kind of ["pointerdown", "keydown", "input"]) {
    addEventListener(kind, (event) => {
      if (event.target.closest?.("#page")) sheet().dataset.touched = "yes";
      wait();
    });
  }
  new MutationObserver((changes) => {
    const turned = changes.some((one) => [...one.addedNodes].some((node) => node.id === "page"));
    if (!turned) return;
    document.body.dataset.turned = "yes";
    wait();
  }).observe(document.body, { childList: true });
  // A page that the button "back" brings would show what another person typed.
  addEventListener("pageshow", (event) => event.persisted && again());
  wait();
}

function widget() {
  const tell = () => {
    const height = document.querySelector("#page, main")?.getBoundingClientRect().height ?? 0;
    parent.postMessage({ feedbackHeight: Math.ceil(height) + 24 }, "*");
  };
  new ResizeObserver(tell).observe(document.body);
  new MutationObserver(tell).observe(document.body, { childList: true, subtree: true });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") parent.postMessage({ feedbackClose: true }, "*");
  });
  tell();
}

if (manner === "kiosk") kiosk();
if (manner === "widget") widget();
