// Shows how far the sync is in the title of the page, for those who look at another tab meanwhile.
import { keepCurrent } from "./keep-current.js";

const SHARE = /^\d+ % · /;

keepCurrent(() => {
  const bar = document.querySelector("[data-sync-progress]:not([hidden])");
  const bare = document.title.replace(SHARE, "");
  const title = bar ? `${bar.value} % · ${bare}` : bare;
  if (document.title !== title) document.title = title;
});
