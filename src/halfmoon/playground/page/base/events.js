/**
 * Who wants to know what. Topics: "state" (what the server knows, but for numbers), "settings", "data", "frame" (a newer one is there),
 * "view" (how things are shown), "choice" (what is chosen or pointed at), "language", "theme", "connection".
 */

/** @type {Map<string, Set<Function>>} */
const listeners = new Map();

/** @param {string} topics one or several, by blanks */
export function on(topics, listener) {
  for (const topic of topics.split(" ")) {
    if (!listeners.has(topic)) listeners.set(topic, new Set());
    listeners.get(topic).add(listener);
  }
}

export function emit(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}
