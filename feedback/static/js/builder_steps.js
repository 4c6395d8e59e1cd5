// The buttons up and down of each question in the list of parts. They are made here, as
// sixty questions would carry them over the wire at every change; without script, those
// of the open question do the same.

export function addSteps() {
  const template = document.getElementById("outline-steps");
  const rows = [...document.querySelectorAll(".outline-question")];
  rows.forEach((row, number) => {
    if (row.querySelector(".outline-steps")) return;
    const steps = template.content.cloneNode(true);
    const link = row.querySelector(".outline-link");
    const key = link.id.replace("part-question-", "");
    const name = link.querySelector(".outline-words").textContent.trim();
    const ends = { up: number === 0, down: number === rows.length - 1 };
    for (const button of steps.querySelectorAll("button")) {
      const label = button.dataset.label.replace("{name}", name);
      button.id = `${button.value}-${key}`;
      button.title = label;
      button.setAttribute("aria-label", label);
      button.setAttribute("formaction", row.dataset.move);
      button.disabled = ends[button.value] && isEdge(row, button.value);
    }
    row.append(steps);
  });
}

// A question at the edge can still move to an empty page beyond.
function isEdge(row, to) {
  const page = row.closest(".outline-page");
  return !(to === "up" ? page.previousElementSibling : page.nextElementSibling);
}
