// Labelling with script: themes are found by typing, and single keys go on working while
// the focus stands on a choice. Without it all themes are listed, and forms are forms.

const search = document.querySelector("#theme-search");
const rows = [...document.querySelectorAll("[data-theme]")];

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function find() {
  const words = plain(search.value).split(/\s+/).filter(Boolean);
  for (const row of rows) {
    const names = plain(row.dataset.theme);
    const chosen = row.querySelector(":checked");
    row.hidden = !chosen && !words.every((word) => names.includes(word));
  }
  for (const group of document.querySelectorAll("[data-group]")) {
    group.hidden = !group.querySelector("[data-theme]:not([hidden])");
  }
}

// Enter in the search would send the form: it goes to the first theme found instead.
function goToFirst(event) {
  if (event.key !== "Enter") return;
  event.preventDefault();
  rows.find((row) => !row.hidden)?.querySelector("input").focus();
}

search.parentElement.hidden = false;
search.addEventListener("input", find);
search.addEventListener("keydown", goToFirst);

// A choice takes no text, so that the keys of the page may stay keys on it.
document.addEventListener("keydown", (event) => {
  const choice = event.target.closest("[type=radio], [type=checkbox]");
  if (!choice || event.ctrlKey || event.metaKey || event.altKey) return;
  if (localStorage.getItem("shortcuts") === "off") return;
  const target = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input")) target.focus();
  else target.click();
});
