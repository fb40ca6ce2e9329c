// Makes a combobox of the search. Without scripts it is a field like any other.
const ROLES = {
  role: "combobox",
  "aria-autocomplete": "list",
  "aria-controls": "suggestions",
  "aria-expanded": "false",
};

function enhance() {
  const field = document.querySelector("[data-suggest]:not([role])");
  for (const [name, value] of field ? Object.entries(ROLES) : []) field.setAttribute(name, value);
}

enhance();
document.addEventListener("htmx:load", enhance);
