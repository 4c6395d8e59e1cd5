// Progressive enhancement: every page works without this file. Each behaviour is asked
// for by a data attribute and knows nothing of the page it stands on.

const SORTABLE = new URL("../vendor/sortablejs-1.15.7/Sortable.min.js", import.meta.url);

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// data-confirm="question": asks before the form is sent. The dialog takes its buttons'
// words from <body data-ok data-cancel>.
function confirmFirst(event) {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!question || form.dataset.confirmed) return;
  event.preventDefault();
  const dialog = askDialog(question);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(event.submitter);
    delete form.dataset.confirmed;
  });
  document.body.append(dialog);
  dialog.showModal();
}

function askDialog(question) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const words = document.createElement("p");
  words.className = "dialog-title";
  words.id = "confirm-question";
  words.textContent = question;
  dialog.setAttribute("aria-labelledby", words.id);
  const answers = document.createElement("form");
  answers.method = "dialog";
  answers.className = "dialog-actions";
  answers.append(
    dialogButton("", document.body.dataset.cancel, "btn"),
    dialogButton("yes", document.body.dataset.ok, "btn btn-primary"),
  );
  dialog.append(words, answers);
  return dialog;
}

function dialogButton(value, text, style) {
  const button = document.createElement("button");
  Object.assign(button, { type: "submit", value, textContent: text, className: style });
  return button;
}

// data-autosubmit: a form of filters sends itself when a choice is made. Fields of text
// wait for Enter; fields left empty stay out of the address.
function autosubmit(form) {
  form.addEventListener("change", (event) => {
    if (!event.target.matches("[type=search], [type=text]")) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    for (const control of form.elements) {
      if (control.name && control.value === "") control.disabled = true;
    }
  });
  // Back from the page that was asked for: the browser brings the fields back disabled.
  addEventListener("pageshow", () => {
    for (const control of form.elements) control.disabled = false;
  });
}

// data-poll="url" data-every="ms": fetched again until the fragment carries data-done.
function poll(region) {
  const every = Number(region.dataset.every) || 2000;
  const fetchAgain = async () => {
    if (document.hidden) return void setTimeout(fetchAgain, every);
    try {
      const headers = { "X-Requested-With": "fetch" };
      const response = await fetch(region.dataset.poll, { headers });
      // Logged out meanwhile: the page itself leads to the log-in.
      if (response.redirected) return location.reload();
      if (response.status >= 400 && response.status < 500) return;
      if (response.ok) replaceKeepingFocus(region, await response.text());
    } catch {
      // Off the network for a moment: the next round may succeed.
    }
    if (!region.querySelector("[data-done]")) setTimeout(fetchAgain, every);
  };
  setTimeout(fetchAgain, every);
}

function replaceKeepingFocus(region, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  // A region that says the same thing again would be read aloud again.
  if (template.innerHTML === region.dataset.last) return;
  region.dataset.last = template.innerHTML;
  const focused = region.contains(document.activeElement) && document.activeElement.id;
  region.replaceChildren(template.content);
  if (focused) document.getElementById(focused)?.focus();
}

// data-copy="#id" or data-copy-text="...": to the clipboard, said in the button itself.
async function copy(button) {
  const source = button.dataset.copy && document.querySelector(button.dataset.copy);
  const text = button.dataset.copyText ?? source?.value ?? source?.textContent.trim();
  await navigator.clipboard.writeText(text);
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  label.setAttribute("aria-live", "polite");
  label.textContent = button.dataset.copied ?? "✓";
  setTimeout(() => (label.textContent = before), 2000);
}

// data-list > data-item: j and k move, Enter follows the first link of the item.
function move(step) {
  const links = all("[data-list] [data-item]")
    .map((item) => item.querySelector("a, button"))
    .filter(Boolean);
  const here = links.findIndex((link) => link.closest("[data-item]").contains(document.activeElement));
  const open = links.findIndex((link) => link.closest("[data-item]").querySelector("[aria-current=true]"));
  const from = here >= 0 ? here : open;
  links.at(Math.min(Math.max(from + step, 0), links.length - 1))?.focus();
}

function onKey(event) {
  if (event.key === "Escape") return closeMenus(event);
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else return shortcut(event);
}

// data-shortcut="key": goes to a field, presses anything else.
function shortcut(event) {
  const target = all("[data-shortcut]").find((item) => item.dataset.shortcut === event.key);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
}

// data-toggle-shortcuts: single keys disturb those who speak to their computer, so that
// they can be turned off (WCAG 2.1.4); this browser remembers.
const shortcutsOn = () => localStorage.getItem("shortcuts") !== "off";

function shortcutsToggle(button) {
  const show = () => button.setAttribute("aria-pressed", String(shortcutsOn()));
  button.addEventListener("click", () => {
    localStorage.setItem("shortcuts", shortcutsOn() ? "off" : "on");
    show();
  });
  show();
}

function closeMenus(event) {
  for (const menu of all("details[data-menu][open]")) {
    const inside = menu.contains(event.target);
    if (event.type === "click" && inside) continue;
    menu.open = false;
    if (event.type === "keydown" && inside) menu.querySelector("summary").focus();
  }
}

// data-sortable: items dragged by their handle; the form around the list is sent with
// the hidden fields in their new order. The buttons up and down need none of this.
async function sortable(list) {
  await import(SORTABLE);
  globalThis.Sortable.create(list, {
    handle: ".drag-handle",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    ghostClass: "is-dragged",
    onEnd: (move) => {
      if (move.oldIndex === move.newIndex) return;
      const form = list.dataset.form ? document.querySelector(list.dataset.form) : list.closest("form");
      form.requestSubmit();
    },
  });
}

document.addEventListener("submit", confirmFirst);
document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  closeMenus(event);
  const button = event.target.closest("[data-copy], [data-copy-text]");
  if (button) copy(button);
  if (event.target.closest("[data-print]")) window.print();
});
all("form[data-autosubmit]").forEach(autosubmit);
all("[data-poll]").forEach(poll);
all("[data-toggle-shortcuts]").forEach(shortcutsToggle);
all("[data-sortable]").forEach(sortable);
document.querySelector("[data-focus]")?.focus();
