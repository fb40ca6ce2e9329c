// "/" goes to the search.
import { onKey } from "./shortcuts.js";

onKey("/", () => {
  const field = document.getElementById("q");
  field?.focus();
  field?.select();
});
