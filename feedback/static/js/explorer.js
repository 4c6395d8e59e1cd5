// The explorer with script: words selected in the verbatim become the words of a new
// theme, and "c" leads to the corrections. Without it the two lists of words do.

const words = document.querySelector("[data-words] q");
const from = document.querySelector("#add-start");
const to = document.querySelector("#add-end");

// Marks carry labels for screen readers, which are no part of the text.
function plainLength(range) {
  const copy = range.cloneContents();
  copy.querySelectorAll(".visually-hidden").forEach((label) => label.remove());
  return copy.textContent.length;
}

function offsets(selection) {
  const range = selection.getRangeAt(0);
  if (selection.isCollapsed || !words.contains(range.commonAncestorContainer)) return null;
  const before = document.createRange();
  before.setStart(words, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const start = plainLength(before);
  return { start, end: start + plainLength(range) };
}

// Characters beyond the basic plane count once in the lists and twice in the browser.
const countOnce = (text, units) => [...text.slice(0, units)].length;

function chooseSelected() {
  const selection = document.getSelection();
  if (!selection.rangeCount) return;
  const chosen = offsets(selection);
  if (!chosen) return;
  const copy = words.cloneNode(true);
  copy.querySelectorAll(".visually-hidden").forEach((label) => label.remove());
  const start = countOnce(copy.textContent, chosen.start);
  const end = countOnce(copy.textContent, chosen.end);
  const first = [...from.options].findLastIndex((option) => Number(option.value) <= start);
  const last = [...to.options].findIndex((option) => Number(option.value) >= end);
  from.selectedIndex = Math.max(first, 0);
  to.selectedIndex = last < 0 ? to.options.length - 1 : last;
  document.querySelector(".add-theme").open = true;
}

if (words && from && to) document.addEventListener("selectionchange", chooseSelected);

document.addEventListener("keydown", (event) => {
  if (event.key !== "c" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  document.querySelector("[data-correct]")?.focus();
});
