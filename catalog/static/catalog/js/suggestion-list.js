// The list of suggestions below the search: opens and closes it, and marks the option that the keys have reached.
export const field = () => document.querySelector("[data-suggest]");
export const list = () => document.getElementById("suggestions");
export const options = () => [...list().querySelectorAll("[role=option]")];
export const active = () => list().querySelector("[aria-selected=true]");
export const isOpen = () => !list().hidden;

export function activate(option) {
  active()?.setAttribute("aria-selected", "false");
  if (!option) return field().removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  field().setAttribute("aria-activedescendant", option.id);
}

function toggle(isShown) {
  activate(null);
  list().hidden = !isShown;
  field().setAttribute("aria-expanded", isShown);
}

export function open() {
  toggle(options().length > 0);
  tell(list().querySelector("[data-suggestion-count]")?.content.textContent.trim());
}

export function close() {
  if (field() && isOpen()) toggle(false);
  tell("");
}

function tell(text = "") {
  const region = document.getElementById("suggestion-count");
  if (region && region.textContent !== text) region.textContent = text;
}
