// When somebody else was faster: who did what, and both ways on. Nothing typed is lost.

// The texts of a form by the id of their field.
export function valuesOf(form) {
  const fields = [...form.elements].filter((field) => field.id && field.matches("input:not([type=checkbox], [type=radio], [type=file], [type=hidden]), textarea"));
  return { texts: new Map(fields.map((field) => [field.id, field.value])) };
}

function notice(editor, answer) {
  const region = editor.querySelector("[data-notices]");
  const box = document.createElement("div");
  box.className = "notice notice-negative";
  box.setAttribute("role", "alert");
  box.tabIndex = -1;
  const body = document.createElement("div");
  const title = document.createElement("p");
  title.className = "notice-title";
  title.textContent = answer.refusal;
  body.append(title);
  box.append(body);
  region.replaceChildren(box);
  box.scrollIntoView({ block: "nearest" });
  return body;
}

export function refusal(editor, answer) {
  notice(editor, answer).parentElement.focus();
  return null;
}

export function conflict(editor, answer, words, { mine, theirs }) {
  const body = notice(editor, answer);
  const list = document.createElement("ul");
  for (const one of answer.others) {
    const item = document.createElement("li");
    item.textContent = one;
    list.append(item);
  }
  const buttons = document.createElement("div");
  buttons.className = "notice-buttons";
  const add = (text, style, run) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: style, textContent: text });
    button.addEventListener("click", () => {
      editor.querySelector("[data-notices]").replaceChildren();
      run();
    });
    buttons.append(button);
  };
  if (mine) add(words.mine, "btn btn-small", mine);
  add(words.theirs, "btn btn-small btn-primary", theirs);
  body.append(...(answer.others.length ? [list] : []), buttons);
  buttons.querySelector("button:last-child").focus();
}

// Beside each field that says something else now, what was typed there.
export function carryOver(editor, kept, words) {
  for (const [id, value] of kept.texts) {
    const field = document.getElementById(id);
    if (!field || !editor.contains(field) || !value || field.value === value) continue;
    const box = document.createElement("div");
    box.className = "typed";
    const text = document.createElement("p");
    text.textContent = `${words.typed} ${value}`;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn btn-small", textContent: words.use });
    button.addEventListener("click", () => {
      field.value = value;
      box.remove();
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    box.append(text, button);
    field.after(box);
  }
}
