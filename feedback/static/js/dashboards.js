// Escape puts away what a figure tells of itself, until the pointer or focus comes anew.
const TOLD = ".explained";
const AWAY = "is-away";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const one of document.querySelectorAll(`${TOLD}:hover, ${TOLD}:focus-within`)) {
    one.classList.add(AWAY);
  }
});

for (const type of ["focusout", "mouseout"]) {
  document.addEventListener(type, (event) => {
    const one = event.target.closest?.(TOLD);
    if (one && !one.contains(event.relatedTarget)) one.classList.remove(AWAY);
  });
}
