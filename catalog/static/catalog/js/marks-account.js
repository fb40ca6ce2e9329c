// Keeps the marks of an account on the server. What this browser had of its own moves there when somebody signs in.
import { token } from "./csrf-token.js";
import { account, forgetOwn, own, replace, size } from "./marks.js";

const said = () => document.getElementById("marks-said");
const { address } = said().dataset;
const say = (text) => (said().textContent = text);
let sending = Promise.resolve();

async function send(changes) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token() ?? "" };
  const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(changes) });
  if (!response.ok) throw new Error(response.status === 413 ? "many" : "refused");
  return response.json();
}

async function load() {
  const response = await fetch(address);
  if (response.ok) replace(await response.json());
}

// One after the other: the last press is the one that counts. A copy that the server doesn't have is no use.
function save(changes) {
  sending = sending
    .then(() => send(changes))
    .catch(async ({ message }) => {
      say(said().dataset[message] ?? said().dataset.refused);
      await load();
    })
    .catch(() => {}); // nobody answers: what this browser has is shown until it does
}

async function move() {
  const marks = own();
  if (!size(marks)) return load();
  replace(await send({ add: marks }));
  forgetOwn();
  say(said().dataset.moved + size(marks));
}

if (account) {
  document.addEventListener("marks:changed", ({ detail }) => detail && save(detail));
  sending = move().catch(({ message }) => {
    if (said().dataset[message]) say(said().dataset[message]);
  });
}

// Resolves once the server has all marks, or none can be sent.
export const saved = () => sending;
