// The mapping page: each choice is tried on the example at once, without losing the
// place. Without script the button "Try" does the same.

const form = document.querySelector("[data-mapping]");
let asked = 0;

async function tryAgain(changed) {
  const mine = ++asked;
  form.setAttribute("aria-busy", "true");
  const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
  // Logged out meanwhile, or refused: the page itself says why.
  if (!response.ok) return location.reload();
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (mine !== asked) return; // changed again meanwhile
  form.removeAttribute("aria-busy");
  replace(page, ".map-result .card");
  // Another field says what happened: its value is to be given a meaning.
  if (changed === "type-path") replace(page, ".map-values");
}

function replace(page, selector) {
  const fresh = page.querySelector(selector);
  const old = form.querySelector(selector);
  // What somebody is typing into stays.
  if (fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
}

form?.addEventListener("change", (event) => {
  if (event.target.id !== "example") tryAgain(event.target.id);
});
