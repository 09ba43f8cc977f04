/**
 * The way to the network: the only module that knows a WebSocket. Another host of the page (a notebook, a page without a server) gives
 * it another one with the same `connect`.
 */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;
const REFUSED = 1008;

/**
 * Connect, and again when the connection is lost.
 *
 * Events: "welcome" and "state" with what the server pushed, "frame" with an ArrayBuffer, "lost" with {refused, reason}.
 * @returns {{send: (type: string, fields?: object) => Promise<any>, tell: (type: string, fields?: object) => void,
 *            on: (event: string, listener: (detail: any) => void) => void, upload: (name: string, body: Blob) => Promise<any>}}
 */
export function connect() {
  let token = takeToken();
  const listeners = new Map();
  const waiting = new Map();
  let socket, session = "", refusal = "", number = 0, wait = FIRST_WAIT, isClass = false, isOpen = false;

  const emit = (event, detail) => listeners.get(event)?.forEach(listener => listener(detail));

  function open() {
    const address = new URL("socket", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    address.hash = address.search = "";
    socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    isOpen = false;
    socket.onopen = () => {
      isOpen = true;
      socket.send(JSON.stringify({ type: "hello", token }));
    };
    socket.onmessage = ({ data }) => (typeof data === "string" ? take(JSON.parse(data)) : emit("frame", data));
    socket.onclose = ({ code, reason }) => {
      for (const answer of waiting.values()) answer({ error: "The connection was lost before an answer came.", field: null });
      waiting.clear();
      emit("lost", { refused: code === REFUSED, reason: refusal || reason });
      if (code === REFUSED) return;
      if (isClass && !isOpen) askForPassword();
      setTimeout(open, wait);
      wait = Math.min(2 * wait, LONGEST_WAIT);
    };
  }

  function take(message) {
    if (message.push) {
      if (message.push === "welcome") {
        [wait, session, refusal, isClass] = [FIRST_WAIT, message.session, "", message.mode === "class"];
        if (message.token) keep(token = message.token); // what a browser is started with lets in once
      }
      if (message.push === "refused") refusal = message.error;
      emit(message.push, message);
    } else if (waiting.has(message.reply)) {
      waiting.get(message.reply)(message);
      waiting.delete(message.reply);
    }
  }

  function tell(type, fields = {}) {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type, ...fields }));
  }

  function send(type, fields = {}) {
    if (socket.readyState !== WebSocket.OPEN) return Promise.resolve({ error: "There is no connection now.", field: null });
    number += 1;
    const id = number;
    return new Promise(resolve => {
      waiting.set(id, resolve);
      tell(type, { id, ...fields });
    });
  }

  async function upload(name, body) {
    const headers = { "X-Halfmoon-Session": session, ...(token && { "X-Halfmoon-Token": token }) };
    try {
      const answer = await fetch(`upload?name=${encodeURIComponent(name)}`, { method: "POST", body, headers });
      return await answer.json();
    } catch {
      return { error: "The file could not be sent.", field: null };
    }
  }

  open();
  return {
    send, tell, upload,
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
  };
}

/**
 * A class's server that was started anew knows no one: where this page was there is now the one that asks for the password. The settings go
 * with it after the ?, which its form keeps.
 */
async function askForPassword() {
  try {
    const page = await (await fetch(location.pathname, { cache: "no-store" })).text();
    if (!page.includes("main.js")) location.assign(`${location.pathname}?${[location.search.slice(1), location.hash.slice(1)].filter(Boolean).join("&")}`);
  } catch {
    // nobody is there yet
  }
}

function kept() {
  try {
    return sessionStorage.getItem("halfmoon-token");
  } catch {
    return null;
  }
}

function keep(token) {
  try {
    sessionStorage.setItem("halfmoon-token", token);
  } catch {
    // a browser that keeps nothing: a reload asks for the address with its token again
  }
}

/** The token stands in the address's fragment, once: it is taken out of the address and kept for this tab's reloads. */
function takeToken() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const given = fragment.get("token");
  if (given === null) return kept();
  keep(given);
  fragment.delete("token");
  const rest = fragment.toString();
  history.replaceState(null, "", location.pathname + location.search + (rest && `#${rest}`));
  return given;
}
