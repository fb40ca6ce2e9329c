// Which swaps come by themselves, and not because the reader asked for them.
const BY_ITSELF = new Set(["sync:finished", "sync:look"]);

export function comesByItself({ requestConfig: { verb, triggeringEvent } }) {
  return verb === "get" && (!triggeringEvent || BY_ITSELF.has(triggeringEvent.type));
}
