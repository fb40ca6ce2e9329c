// Asks for the covers that tiles lack, once they come into view. One observer for all: a list has up to a hundred.
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    window.htmx.ajax("GET", target.dataset.ask, { source: target, target, swap: "outerHTML" });
  }
});

function observe() {
  seen.disconnect();
  for (const cover of document.querySelectorAll(".cover[data-ask]")) seen.observe(cover);
}

observe();
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.matches("[data-album-grid]")) observe();
});
