// A choice in the rule that changes which fields there are shows them at once.

const form = document.getElementById("trigger-form");

form.addEventListener("change", (event) => {
  if (!event.target.matches("[data-refresh]")) return;
  const look = document.createElement("input");
  Object.assign(look, { type: "hidden", name: "do", value: "look" });
  form.append(look);
  sessionStorage.setItem("trigger-focus", event.target.name);
  form.submit();
});

const name = sessionStorage.getItem("trigger-focus");
sessionStorage.removeItem("trigger-focus");
if (name) form.elements[name]?.focus?.();
