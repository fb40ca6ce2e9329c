// The marks: which albums are wanted, heard or hidden. This browser keeps them or, signed in, a copy of the account's.
// Each kind is a list of album numbers, the latest mark last. Whoever shows marks does so on "marks:changed".
export const KINDS = ["want", "heard", "hide"];
export const MOST = 20_000;
export const account = document.documentElement.dataset.account;
const OWN = "marks";
const COPY = "marks-of-";
const KEY = account ? COPY + account : OWN;

export const isKey = (id) => Number.isSafeInteger(id) && id > 0;
const none = () => Object.fromEntries(KINDS.map((kind) => [kind, new Set()]));

// What somebody broke by hand counts as no mark.
function read(key) {
  const marks = none();
  try {
    const stored = JSON.parse(localStorage.getItem(key)) ?? {};
    for (const kind of KINDS) marks[kind] = new Set(stored[kind]?.filter(isKey));
  } catch {}
  return marks;
}

let marks = read(KEY);
const asLists = (sets) => Object.fromEntries(KINDS.map((kind) => [kind, [...sets[kind]]]));
const tell = (detail = null) => document.dispatchEvent(new CustomEvent("marks:changed", { detail }));

export function look() {
  marks = read(KEY);
  tell();
}

export const has = (kind, id) => marks[kind].has(Number(id));
export const all = () => asLists(marks);
export const size = (sets) => KINDS.reduce((sum, kind) => sum + [...sets[kind]].length, 0);
export const own = () => asLists(read(OWN));
export const forgetOwn = () => localStorage.removeItem(OWN);

export function replace(lists) {
  localStorage.setItem(KEY, JSON.stringify(lists));
  look();
}

export function change({ add = {}, remove = {} }) {
  marks = read(KEY); // another tab may have changed them
  for (const kind of KINDS) {
    for (const id of add[kind] ?? []) marks[kind].add(id);
    for (const id of remove[kind] ?? []) marks[kind].delete(id);
  }
  localStorage.setItem(KEY, JSON.stringify(asLists(marks)));
  tell({ add, remove });
}

export const toggle = (kind, id) => change({ [has(kind, id) ? "remove" : "add"]: { [kind]: [Number(id)] } });

addEventListener("storage", ({ key }) => (key === KEY || key === null) && look());
addEventListener("pageshow", ({ persisted }) => persisted && look());

// Nothing of an account stays behind where somebody else may be next.
for (const key of Object.keys(localStorage)) if (key.startsWith(COPY) && key !== KEY) localStorage.removeItem(key);
