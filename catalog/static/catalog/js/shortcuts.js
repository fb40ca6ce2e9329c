// Shortcuts of a single key. Readers whose software types for them can turn these off (WCAG 2.1.4).
const KEPT = "single-keys";
const TYPED_INTO = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";

export const areOn = () => localStorage.getItem(KEPT) !== "off";
export const turn = (isOn) => localStorage.setItem(KEPT, isOn ? "on" : "off");

export function onKey(key, act) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== key || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest(TYPED_INTO) || document.querySelector("dialog[open]") || !areOn()) return;
    if (act(event) !== false) event.preventDefault();
  });
}
