// The board: a card dropped in another column is sent with the form "move"; the menu on
// each card does the same without script.

const SORTABLE = new URL("../vendor/sortablejs-1.15.7/Sortable.min.js", import.meta.url);

function send({ item, to, from }) {
  if (to === from) return;
  const form = document.getElementById("move");
  form.action = item.dataset.move;
  form.elements.state.value = to.dataset.column;
  form.elements.revision.value = item.dataset.revision;
  form.requestSubmit();
}

const columns = [...document.querySelectorAll("[data-column]")];
if (columns.length) {
  await import(SORTABLE);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const column of columns) {
    globalThis.Sortable.create(column, {
      group: "improvements",
      handle: ".drag-handle",
      sort: false,
      animation: still ? 0 : 120,
      ghostClass: "is-dragged",
      onEnd: send,
    });
  }
}
