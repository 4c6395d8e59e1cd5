// The pages of a person who answers work without this file. With it, pages follow one
// another without a reload, questions appear as soon as an answer asks for them, and
// choices can be ranked with buttons.

const HEADERS = { Accept: "text/html" };
const parser = new DOMParser();
// The pages so far, with all that was typed: the button "back" brings them again.
const pages = [{ page: document.querySelector("#page"), title: document.title }];
let here = 0;
let busy = false;

const sheet = () => document.querySelector("#page");
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

history.replaceState({ here }, "");
addEventListener("popstate", (event) => {
  const wanted = event.state?.here ?? 0;
  if (!pages[wanted]) return location.reload();
  here = wanted;
  sheet().replaceWith(pages[here].page);
  document.title = pages[here].title;
  focusOn("[data-focus]");
});

addEventListener("submit", (event) => {
  const form = event.target;
  if (form !== sheet() && !form.hasAttribute("data-swap")) return;
  event.preventDefault();
  const button = event.submitter;
  if (busy) return;
  busy = true;
  button?.setAttribute("aria-disabled", "true");
  send(form, button)
    .catch(() => say(form.dataset.offline))
    .finally(() => {
      busy = false;
      button?.removeAttribute("aria-disabled");
    });
});

async function send(form, button) {
  const answer = await post(form, button?.name && [button.name, button.value]);
  const page = parser.parseFromString(await answer.text(), "text/html");
  const next = page.querySelector("#page");
  // Refused as a whole, as too long: what was typed stays in front.
  if (!next || answer.status === 413 || answer.status >= 429) {
    return say(page.querySelector("main")?.innerText.trim());
  }
  show(next, page, { turns: answer.ok && !button?.value.startsWith("lang:") });
}

const post = (form, extra) => {
  const fields = new URLSearchParams(new FormData(form));
  for (const [key, seconds] of spent) fields.set(`t.${key}`, seconds.toFixed(1));
  if (extra) fields.append(...extra);
  return fetch(form.getAttribute("action"), { method: "POST", body: fields, headers: HEADERS });
};

function show(next, page, { turns }) {
  spent.clear();
  touched = performance.now();
  sheet().replaceWith(next);
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  if (turns) {
    here += 1;
    pages.length = here;
    history.pushState({ here }, "");
  }
  pages[here] = { page: next, title: page.title };
  begin(next);
  if (!focusOn("[data-first-focus]")) focusOn("[data-focus]");
}

function focusOn(selector) {
  const target = sheet().querySelector(selector);
  target?.focus({ preventScroll: true });
  if (target?.matches("h1")) scrollTo({ top: 0 });
  else target?.scrollIntoView({ block: "center" });
  return target;
}

// Something to say without turning the page: as an alert above the buttons.
function say(words) {
  if (!words) return;
  sheet().querySelector(".said")?.remove();
  const alert = document.createElement("p");
  alert.className = "notice said";
  alert.setAttribute("role", "alert");
  sheet().querySelector(".ways, form")?.before(alert);
  alert.textContent = words;
}

// How long each question took: from the last touch of another one to its own.
const spent = new Map();
let touched = performance.now();

addEventListener("input", (event) => {
  const key = event.target.closest?.(".question")?.id.replace(/^q-/, "");
  if (!key) return;
  const now = performance.now();
  spent.set(key, Math.min((spent.get(key) ?? 0) + (now - touched) / 1000, 3600));
  touched = now;
});

// Questions that depend on an answer of the same page: asked of the server, which knows
// the conditions; what was typed is not touched.
async function look(form) {
  const answer = await post(form, ["go", "look"]);
  const page = parser.parseFromString(await answer.text(), "text/html");
  const next = page.querySelector("form#page");
  if (!answer.ok || !next || form !== sheet()) return;
  form.elements.step.value = next.elements.step.value;
  const wanted = all(".question", next);
  const keys = new Set(wanted.map((question) => question.id));
  for (const old of all(".question", form)) if (!keys.has(old.id)) old.remove();
  let before = null;
  let grown = false;
  for (const question of wanted) {
    let mine = form.querySelector(`#${CSS.escape(question.id)}`);
    if (mine) reword(mine, question);
    else {
      mine = question;
      grown = true;
      const after = before ?? form.querySelector(".ways");
      before ? after.after(mine) : after.before(mine);
      rankings(mine);
    }
    before = mine;
  }
  if (grown) form.querySelector("[data-told]").textContent = form.dataset.grown;
}

function reword(mine, other) {
  const [words, wanted] = [mine, other].map((one) => one.querySelector("h2 label, h2"));
  if (words && wanted && words.innerHTML !== wanted.innerHTML) words.innerHTML = wanted.innerHTML;
}

addEventListener("change", (event) => {
  const live = event.target.closest("[data-live]");
  if (live && sheet().contains(live)) look(sheet()).catch(() => {});
});

// What is written beside "other" chooses it.
addEventListener("input", (event) => {
  const other = event.target.dataset?.other;
  if (other && event.target.value) document.getElementById(other).checked = true;
});

// Choices to rank: buttons that move them, beside the numbers that can be chosen.
function rankings(root) {
  for (const list of all("[data-ranks]", root)) {
    for (const item of list.children) {
      const moves = document.createElement("span");
      moves.className = "rank-moves";
      moves.append(mover(list, item, -1, list.dataset.up), mover(list, item, 1, list.dataset.down));
      item.append(moves);
    }
  }
}

function mover(list, item, step, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = step < 0 ? "↑" : "↓";
  button.setAttribute("aria-label", `${label}: ${item.querySelector("label").textContent}`);
  button.addEventListener("click", () => {
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (other) step < 0 ? other.before(item) : other.after(item);
    const most = item.querySelector("select").options.length - 1;
    [...list.children].forEach((one, place) => {
      one.querySelector("select").value = place < most ? String(place + 1) : "";
    });
    button.focus();
  });
  return button;
}

// Seen by a person, and not by a program that follows links in mails.
function tell(form) {
  const address = form.dataset.seen;
  if (!address) return;
  const seen = () => {
    if (document.visibilityState !== "visible") return;
    removeEventListener("visibilitychange", seen, true);
    setTimeout(() => navigator.sendBeacon(address), 1000);
  };
  addEventListener("visibilitychange", seen, true);
  seen();
}

// An open link that is loaded again in this window goes on where it was. A browser may
// keep nothing; then it begins anew.
const memory = `step ${location.pathname}`;

function begin(page) {
  rankings(page);
  if (!page.hasAttribute("data-open")) return;
  const step = page.elements?.step?.value;
  try {
    if (step && here > 0) sessionStorage.setItem(memory, step);
    else if (!step) sessionStorage.removeItem(memory);
  } catch {
    return;
  }
}

async function goOn(form) {
  const step = form.hasAttribute("data-open") && sessionStorage.getItem(memory);
  if (!step) return;
  const fields = new URLSearchParams({ step, go: "look", language: document.documentElement.lang });
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields, headers: HEADERS });
  const page = parser.parseFromString(await answer.text(), "text/html");
  const next = page.querySelector("#page");
  if (answer.ok && next) show(next, page, { turns: true });
}

begin(sheet());
tell(sheet());
goOn(sheet()).catch(() => {});
