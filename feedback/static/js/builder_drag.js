// Dragging: questions from place to place and page to page, choices in their list. The
// buttons up and down do the same without it.

const SORTABLE = new URL("../vendor/sortablejs-1.15.7/Sortable.min.js", import.meta.url);
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const usual = { handle: ".drag-handle", animation: still ? 0 : 120, ghostClass: "is-dragged", delay: 120, delayOnTouchOnly: true };
let loading = null;

async function sortable() {
  loading ??= import(SORTABLE);
  await loading;
  return globalThis.Sortable;
}

// `move` is told the address, the page and the position of a question that was dropped.
export async function questionsByDrag(move) {
  const Sortable = await sortable();
  for (const list of document.querySelectorAll(".outline-questions")) {
    if (Sortable.get(list)) continue;
    Sortable.create(list, {
      ...usual,
      group: "questions",
      onEnd({ item, to, from, newDraggableIndex, oldDraggableIndex }) {
        if (to === from && newDraggableIndex === oldDraggableIndex) return;
        move({ url: item.dataset.move, page: to.dataset.page, position: newDraggableIndex });
      },
    });
  }
}

export async function choicesByDrag(region, reordered) {
  const Sortable = await sortable();
  for (const list of region.querySelectorAll("[data-choices]")) {
    if (Sortable.get(list)) continue;
    Sortable.create(list, {
      ...usual,
      onEnd({ newDraggableIndex, oldDraggableIndex }) {
        if (newDraggableIndex !== oldDraggableIndex) reordered(list.closest("form"));
      },
    });
  }
}
