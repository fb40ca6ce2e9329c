// Shows the progress of a sync in the page's title, for readers who are in another tab.
import { keepCurrent } from "./keep-current.js";

const SHARE = /^\d+ % · /;

keepCurrent(() => {
  const bar = document.querySelector("[data-sync-progress]:not([hidden])");
  const bare = document.title.replace(SHARE, "");
  const title = bar ? `${bar.value} % · ${bare}` : bare;
  if (document.title !== title) document.title = title;
});
