// Exports the marks as a JSON file, and adds those of such a file. A broken file changes nothing, and a file removes no
// mark.
import { all, change, isKey, KINDS, MOST, size } from "./marks.js";
import { saved } from "./marks-account.js";

const FORMAT = "progmetal-marks";
const MOST_BYTES = 1_000_000;
const part = document.querySelector("[data-marks-file]");
const said = part?.querySelector("[data-said]");

function download() {
  const text = JSON.stringify(
    { format: FORMAT, version: 1, exported_at: new Date().toISOString(), marks: all() },
    null,
    1,
  );
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  Object.assign(document.createElement("a"), {
    href: address,
    download: `progmetal-marks-${new Date().toISOString().slice(0, 10)}.json`,
  }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

const isMarks = (marks) =>
  marks !== null &&
  typeof marks === "object" &&
  KINDS.some((kind) => kind in marks) &&
  KINDS.every((kind) => !(kind in marks) || (Array.isArray(marks[kind]) && marks[kind].every(isKey)));

// Returns the marks of a file, or throws the name of the sentence that says what is wrong with it.
async function read(file) {
  if (file.size > MOST_BYTES) throw "large";
  const told = await file
    .text()
    .then(JSON.parse)
    .catch(() => Promise.reject("broken"));
  if (told?.format !== FORMAT || told.version !== 1 || !isMarks(told.marks)) throw "foreign";
  return told.marks;
}

async function load(file) {
  const marks = await read(file);
  const before = size(all());
  const both = KINDS.map((kind) => [kind, new Set([...all()[kind], ...(marks[kind] ?? [])])]);
  if (size(Object.fromEntries(both)) > MOST) throw "many";
  change({ add: marks });
  await saved();
  const inFile = KINDS.reduce((sum, kind) => sum + (marks[kind]?.length ?? 0), 0);
  said.textContent = said.dataset.done.replace("#", `${inFile}.`) + (size(all()) - before);
}

async function take({ target }) {
  said.textContent = "";
  try {
    await load(target.files[0]);
  } catch (reason) {
    said.textContent = said.dataset[reason] ?? said.dataset.refused;
  }
  target.value = "";
}

if (part) {
  part.hidden = false;
  part.querySelector("[data-export]").addEventListener("click", download);
  part.querySelector("[data-import]").addEventListener("change", take);
}
