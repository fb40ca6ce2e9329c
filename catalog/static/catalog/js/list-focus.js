// Where the focus goes when the list changes: to its heading with another page, to the next chip when one is removed,
// and never to the body. What stands outside of the list, such as a filter, keeps it by itself.
const LIST = "[data-album-grid]";
let asked = null;

const heading = () => document.querySelector(`${LIST} h1`);
const chips = () => [...document.querySelectorAll(`${LIST} .chip:not(.chip--all)`)];
const isLost = () => document.activeElement === document.body;
const toHeading = () => heading()?.focus({ preventScroll: true });

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  asked = null;
  const { target, shouldSwap, requestConfig } = detail;
  if (!shouldSwap || !target.matches(LIST)) return;
  const { activeElement } = document;
  // Safari gives no focus to a link that is clicked. Who has gone elsewhere meanwhile isn't called back.
  const asks = isLost() ? requestConfig.elt : activeElement;
  if (asks === target || !target.contains(asks)) return;
  asked = { chip: chips().indexOf(requestConfig.elt), isTurn: Boolean(requestConfig.elt.closest(".pages, #jump")) };
});

document.addEventListener("htmx:afterSwap", () => {
  if (!asked) return;
  const { chip, isTurn } = asked;
  asked = null;
  if (chip >= 0) (chips()[chip] ?? chips().at(-1) ?? heading())?.focus();
  else if (isTurn || isLost()) toHeading();
});

document.addEventListener("htmx:historyRestore", () => isLost() && toHeading());

// On a phone the filters close to the button that opened them, which the list has replaced meanwhile.
function closed({ target, newState }) {
  if (target.id !== "filters" || newState !== "closed") return;
  if (isLost() || target.contains(document.activeElement)) toHeading();
}

document.addEventListener("toggle", closed, true);
