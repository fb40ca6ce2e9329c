// Puts Spotify's player in the place of the cover once somebody presses Listen, and asks nothing of Spotify before.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-listen]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const stage = link.closest("[data-stage]");
  stage.append(stage.querySelector("[data-player]").content.cloneNode(true));
  stage.lastElementChild.focus();
});
