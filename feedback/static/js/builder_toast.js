// What was removed can come back at once: for some seconds, a button to undo it stands
// at the bottom. The one at the top does the same at any time.

const SECONDS = 10;

export function offerUndo(words) {
  document.querySelector(".toast-note")?.remove();
  const note = document.createElement("div");
  note.className = "toast-note";
  note.setAttribute("role", "status");
  const text = document.createElement("span");
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "btn btn-small", textContent: words.undo });
  button.addEventListener("click", () => {
    note.remove();
    document.getElementById("undo")?.click();
  });
  note.append(text, button);
  document.body.append(note);
  text.textContent = words.deleted;
  setTimeout(() => note.remove(), SECONDS * 1000);
}
