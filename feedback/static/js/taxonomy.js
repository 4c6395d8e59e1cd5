// What phrases would catch, while they are written. Without script a button shows it.

const WAIT = 700;
const form = document.getElementById("theme-form");

function watch(group) {
  const trial = group.querySelector("[data-trial]");
  let timer;
  let asked = 0;

  async function ask() {
    const number = ++asked;
    const body = new FormData(form);
    body.set("language", group.dataset.language);
    trial.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.try, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      const html = await answer.text();
      // A later question makes the answer to an earlier one worthless.
      if (number === asked && answer.ok && !answer.redirected) trial.innerHTML = html;
    } catch {
      // Off the network for a moment: the button still tries.
    } finally {
      if (number === asked) trial.removeAttribute("aria-busy");
    }
  }

  group.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  if ([...group.querySelectorAll("textarea")].some((field) => field.value.trim())) ask();
}

for (const group of form.querySelectorAll("[data-language]")) watch(group);
