// The page of a prepared file: each choice refreshes the preview, without losing the
// place. Without script the button next to "Import" does the same.

async function refresh(form) {
  form.setAttribute("aria-busy", "true");
  const body = new FormData(form);
  const response = await fetch(form.action, { method: "POST", body });
  // Logged out meanwhile, or refused: the page itself says why.
  if (!response.ok) return location.reload();
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("[data-import]");
  if (!fresh) return location.reload();
  const focused = document.activeElement?.id;
  form.replaceChildren(...fresh.childNodes);
  form.removeAttribute("aria-busy");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

document.querySelector("[data-import]")?.addEventListener("change", (event) => {
  refresh(event.currentTarget);
});
