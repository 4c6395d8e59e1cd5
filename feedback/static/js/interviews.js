// The talk with script: selected words become the words of an excerpt, by the button or
// by m. Without it the link beside each turn does.

const talk = document.querySelector("[data-talk]");
const button = document.querySelector("[data-mark-selected]");
const turns = [...talk.querySelectorAll("[data-turn]")];

document.querySelector(".talk-keys").hidden = false;

// Characters beyond the basic plane count once for the server and twice in the browser.
const length = (text) => [...text].length;

function place(node, offset) {
  const turn = (node.nodeType === 1 ? node : node.parentElement)?.closest("[data-turn]");
  const words = turn?.querySelector("[data-words]");
  if (!words) return null;
  if (!words.contains(node)) return { turn, at: 0 };
  const before = document.createRange();
  before.setStart(words, 0);
  before.setEnd(node, offset);
  return { turn, at: length(before.toString()) };
}

function chosen() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!talk.contains(range.commonAncestorContainer)) return null;
  const first = place(range.startContainer, range.startOffset) ?? after(range);
  const last = place(range.endContainer, range.endOffset) ?? before(range);
  return first && last ? { first, last } : null;
}

function after(range) {
  const turn = turns.find((one) => range.comparePoint(one, 0) >= 0);
  return turn && { turn, at: 0 };
}

function before(range) {
  const turn = turns.findLast((one) => range.comparePoint(one, 0) <= 0);
  return turn && { turn, at: length(turn.querySelector("[data-words]").textContent) };
}

function offer() {
  const found = chosen();
  button.hidden = !found;
  if (!found) return;
  const wanted = new URLSearchParams({
    turn: found.first.turn.dataset.turn, start: found.first.at,
    to: found.last.turn.dataset.turn, end: found.last.at,
  });
  button.href = `${talk.dataset.mark}?${wanted}`;
}

document.addEventListener("selectionchange", offer);
