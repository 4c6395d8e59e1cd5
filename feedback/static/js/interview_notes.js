// Notes that keep themselves: saved when typing pauses, phases marked by Alt and a digit.
// Without script the two buttons do it.

const form = document.querySelector("[data-notes]");
const field = form.elements.notes;
const state = form.querySelector("[data-state]");
const panel = form.querySelector("[data-conflict]");
const theirs = form.querySelector("[data-theirs]");
const QUIET = 800;
const RETRY = 4000;

let timer = null;
let sending = false;
let kept = field.value;

const say = (words) => (state.textContent = words);

function later(wait = QUIET) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

async function save() {
  if (sending) return later();
  if (field.value === kept || !panel.hidden) return;
  const sent = field.value;
  sending = true;
  say(form.dataset.saving);
  try {
    const response = await fetch(form.action, {
      method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" },
    });
    const isJson = response.headers.get("Content-Type")?.includes("json");
    if (response.redirected || !isJson) throw new Error("gone");
    const answer = await response.json();
    if (response.ok) {
      form.elements.revision.value = answer.revision;
      kept = sent;
      say(form.dataset.saved);
      if (field.value !== kept) later();
    } else if (answer.code === "changed_meanwhile") {
      conflict(answer);
    } else {
      say(answer.words);
    }
  } catch {
    say(form.dataset.unsaved);
    later(RETRY);
  } finally {
    sending = false;
  }
}

function conflict(answer) {
  form.elements.revision.value = answer.revision;
  theirs.value = answer.notes;
  panel.hidden = false;
  say("");
  panel.querySelector("button").focus();
}

function settle(text) {
  field.value = text;
  panel.hidden = true;
  field.focus();
  kept = null;
  save();
}

// What both have in common at the beginning is not written twice.
function both() {
  const [one, other] = [theirs.value, field.value];
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  const start = other.lastIndexOf("\n", same) + 1;
  const rest = other.slice(start);
  return rest ? `${one.replace(/\n+$/, "")}\n${rest}` : one;
}

function mark(key) {
  const now = new Date();
  const time = [now.getHours(), now.getMinutes()].map((n) => String(n).padStart(2, "0")).join(":");
  const at = field.selectionStart;
  const before = at > 0 && field.value[at - 1] !== "\n" ? "\n" : "";
  field.focus();
  field.setRangeText(`${before}[${time} @${key}] `, at, field.selectionEnd, "end");
  later(0);
}

const phases = [...form.querySelectorAll("[data-phase]")];
form.querySelector("[data-phases]").hidden = phases.length === 0;
phases.forEach((button) => button.addEventListener("click", () => mark(button.dataset.phase)));
form.querySelector("[data-keep-both]").addEventListener("click", () => settle(both()));
form.querySelector("[data-keep-mine]").addEventListener("click", () => settle(field.value));
field.addEventListener("input", () => later());
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const digit = /^Digit([1-9])$/.exec(event.code);
  const chosen = digit && phases[Number(digit[1]) - 1];
  if (!chosen) return;
  event.preventDefault();
  mark(chosen.dataset.phase);
});
window.addEventListener("beforeunload", (event) => {
  if (field.value !== kept) event.preventDefault();
});
form.addEventListener("submit", () => (kept = field.value));
