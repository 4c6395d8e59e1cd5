// Puts `{answer:KEY|…}` where the caret is, with the words after the bar selected: they
// stand in where nothing is known.

export function insert(button) {
  const field = document.getElementById(button.dataset.into);
  const piece = button.dataset.insert;
  const start = field.selectionStart ?? field.value.length;
  field.setRangeText(piece, start, field.selectionEnd ?? start, "end");
  const bar = start + piece.indexOf("|") + 1;
  button.closest("details").open = false;
  field.focus();
  field.setSelectionRange(bar, start + piece.length - 1);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
