// Copies a row's reference on a click, and a list as text. Without this script one is plain text, the other a link.
const SHOWN_MS = 2000;

function makeButtons() {
  for (const text of document.querySelectorAll("[data-copy]:not(:has(button))")) {
    const button = document.createElement("button");
    button.type = "button";
    button.title = "Copy";
    button.append(...text.childNodes);
    text.append(button);
  }
}

async function copy(element, text) {
  await navigator.clipboard.writeText(text);
  element.dataset.copied = "";
  setTimeout(() => delete element.dataset.copied, SHOWN_MS);
  const said = document.querySelector("#sync-announcement");
  if (said) said.textContent = "Copied";
}

async function copyList(link) {
  try {
    const response = await fetch(link.dataset.copyFrom);
    await copy(link, await response.text());
  } catch {
    location.assign(link.href);
  }
}

// The clipboard is there on https: and on this machine alone.
if (navigator.clipboard) {
  makeButtons();
  document.addEventListener("htmx:load", makeButtons);
  document.addEventListener("click", (event) => {
    const reference = event.target.closest("[data-copy] button");
    if (reference) copy(reference.parentElement, reference.textContent);
    const link = event.target.closest("[data-copy-from]");
    if (!link) return;
    event.preventDefault();
    copyList(link);
  });
}
