// Tells updates that come from a poll or a sync apart from those that the reader asked for.
const EVENTS = new Set(["sync:finished", "sync:look"]);

export function isSelfUpdate({ requestConfig: { verb, triggeringEvent } }) {
  return verb === "get" && (!triggeringEvent || EVENTS.has(triggeringEvent.type));
}
