// The log of events: fetched again every two seconds, unless somebody reads in peace.
// Without script a link reloads the page.

const log = document.querySelector("[data-live]");
const list = log?.querySelector("[data-live-list]");
const button = log?.querySelector("[data-pause]");
const state = log?.querySelector("[data-live-state]");

const paused = () => button.getAttribute("aria-pressed") === "true";
const events = () => new Set([...list.querySelectorAll("[data-item]")].map((item) => item.id));

function show(html) {
  if (html === list.dataset.last) return;
  const first = list.dataset.last === undefined;
  list.dataset.last = html;
  const before = events();
  const open = list.querySelector("details")?.open;
  const focused = list.contains(document.activeElement)
    && document.activeElement.closest("[data-item]")?.id;
  const template = document.createElement("template");
  template.innerHTML = html;
  list.replaceChildren(template.content);
  if (open) list.querySelector("details")?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.querySelector("a")?.focus({ preventScroll: true });
  if (first) return;
  for (const item of list.querySelectorAll("[data-item]")) {
    item.classList.toggle("is-new", !before.has(item.id));
  }
}

async function refresh() {
  if (paused() || document.hidden) return;
  const response = await fetch(log.dataset.live, { headers: { "X-Requested-With": "fetch" } });
  // Logged out meanwhile: the page itself leads to the log-in.
  if (response.redirected) return location.reload();
  if (response.ok) show(await response.text());
}

async function keepUp() {
  try {
    await refresh();
  } catch {
    // Off the network for a moment: the next round may succeed.
  }
  setTimeout(keepUp, Number(log.dataset.every));
}

function tell() {
  state.textContent = paused() ? state.dataset.paused : state.dataset.running;
}

if (log) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", String(!paused()));
    tell();
  });
  tell();
  setTimeout(keepUp, Number(log.dataset.every));
}
