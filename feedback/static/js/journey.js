// The board: phases and touchpoints dragged by their handles. Where one is dropped is
// sent with the form of all changes; the menus of the parts do the same without script.

const SORTABLE = new URL("../vendor/sortablejs-1.15.7/Sortable.min.js", import.meta.url);

function send(dropped) {
  const { item, to, from, newDraggableIndex, oldDraggableIndex } = dropped;
  if (to === from && newDraggableIndex === oldDraggableIndex) return;
  const form = document.getElementById("changes");
  form.action = item.dataset.move;
  add(form, "position", newDraggableIndex);
  if (to.dataset.phase) add(form, "phase", to.dataset.phase);
  form.requestSubmit();
}

function add(form, name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  form.append(field);
}

const lists = [...document.querySelectorAll("[data-board]")].filter((list) => list.dataset.board);
if (lists.length) {
  await import(SORTABLE);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const list of lists) {
    globalThis.Sortable.create(list, {
      group: list.dataset.board,
      handle: list.dataset.board === "phases" ? ".board-phase-head > .drag-handle" : ".board-point > .drag-handle",
      animation: still ? 0 : 120,
      ghostClass: "is-dragged",
      onEnd: send,
    });
  }
}
