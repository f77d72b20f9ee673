// The connection to the server: it is kept up, goes on with the same conversation, and says why it is down.
const KEY = "heedful.key";
const CONVERSATION = "heedful.conversation";
const TAKEN_OVER = 4001;
const DELETED = 4002;
const REFUSED = 1008;
const LONGEST_WAIT_MS = 15000;

class Down extends Error {
  constructor(message, { retryMs = null, needsKey = false } = {}) {
    super(message);
    this.retryMs = retryMs;
    this.needsKey = needsKey;
  }
}

export function authorization() {
  const key = sessionStorage.getItem(KEY);
  return key ? { Authorization: `Bearer ${key}` } : {};
}

export function keepKey(key) {
  sessionStorage.setItem(KEY, key);
}

export class Connection {
  #socket = null;
  #failures = 0;
  #timer = 0;
  #attempt = 0;

  // `receive(event)` gets the server's events; `changed(state)` gets {name: "connecting" | "online" | "offline", cause,
  // needsKey, canTakeBack}.
  constructor(receive, changed) {
    this.receive = receive;
    this.changed = changed;
    addEventListener("online", () => this.#socket ?? this.open());
  }

  get online() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  useKey(key) {
    keepKey(key);
    this.open();
  }

  send(event) {
    if (this.online) this.#socket.send(JSON.stringify(event));
  }

  forgetConversation() {
    sessionStorage.removeItem(CONVERSATION);
  }

  async open() {
    clearTimeout(this.#timer);
    const attempt = ++this.#attempt;
    if (this.#socket) this.#socket.onclose = null;
    this.#socket?.close();
    this.#socket = null;
    this.changed({ name: "connecting" });
    try {
      const needsKey = await this.#checkReadiness();
      const secret = needsKey ? await this.#clientSecret() : null;
      if (attempt === this.#attempt) this.#connect(secret);
    } catch (error) {
      if (attempt === this.#attempt) this.#fail(error);
    }
  }

  #fail(error) {
    if (!(error instanceof Down)) throw error;
    this.#socket = null;
    this.changed({ name: "offline", cause: error.message, needsKey: error.needsKey, canTakeBack: error.retryMs === null && !error.needsKey });
    if (error.retryMs === null) return;
    const wait = Math.min(LONGEST_WAIT_MS, error.retryMs * 2 ** this.#failures++);
    this.#timer = setTimeout(() => this.open(), wait);
  }

  async #checkReadiness() {
    const state = await (await reach("readyz")).json();
    if (state.status === "loading") throw new Down("The server is loading its models.", { retryMs: 1000 });
    if (state.status === "draining") throw new Down("The server is stopping.", { retryMs: 2000 });
    if (state.status === "broken") throw new Down(`The server has failed: ${state.cause}`, { retryMs: 2000 });
    if (state.sessions >= state.max_sessions)
      throw new Down(`All ${state.max_sessions} places of this server are taken.`, { retryMs: 3000 });
    return state.needs_key;
  }

  // The key never goes into an address or a socket's handshake: a short-lived secret takes its place.
  async #clientSecret() {
    const answer = await reach("v1/realtime/client_secrets", {
      method: "POST",
      headers: { "Content-Type": "application/json", ...authorization() },
      body: JSON.stringify({ expires_after: { anchor: "created_at", seconds: 30 }, session: { type: "realtime" } }),
    });
    const body = await answer.json();
    if (answer.ok) return body.value;
    if (answer.status === 401) {
      const given = sessionStorage.getItem(KEY) !== null;
      sessionStorage.removeItem(KEY);
      throw new Down(given ? "This key is wrong." : "This server asks for a key.", { needsKey: true });
    }
    throw new Down(body.error?.message ?? `The server answered ${answer.status}.`, { retryMs: 2000 });
  }

  #connect(secret) {
    const address = new URL("v1/realtime", document.baseURI);
    address.protocol = address.protocol.replace("http", "ws");
    address.searchParams.set("model", "heedful");
    const kept = JSON.parse(sessionStorage.getItem(CONVERSATION) ?? "null");
    if (kept) {
      address.searchParams.set("conversation", kept.conversation_id);
      address.searchParams.set("resume_token", kept.resume_token);
      address.searchParams.set("replay_items", "true");
    }
    const socket = this.#socket = new WebSocket(address, secret ? ["realtime", `openai-insecure-api-key.${secret}`] : ["realtime"]);
    socket.onmessage = message => this.#take(JSON.parse(message.data));
    socket.onclose = closed => this.#closed(closed);
  }

  #take(event) {
    if (event.type === "session.created") {
      this.#failures = 0;
      sessionStorage.setItem(CONVERSATION, JSON.stringify(event.session.heedful));
      this.changed({ name: "online" });
    }
    if (event.type === "error" && event.error.code === "conversation_not_found") return;  // #closed begins a new one
    this.receive(event);
  }

  #closed(closed) {
    if (closed.code === TAKEN_OVER) return this.#fail(new Down("This conversation goes on in another window."));
    if (closed.code === REFUSED || closed.code === DELETED) {
      this.forgetConversation();
      return this.#fail(new Down("The earlier conversation is no longer kept. A new one begins.", { retryMs: 200 }));
    }
    const cause = closed.code === 1001 ? "The server is stopping." : "The connection was lost.";
    this.#fail(new Down(cause, { retryMs: 500 }));
  }
}

async function reach(path, options = {}) {
  try {
    return await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new Down(navigator.onLine ? "The server cannot be reached." : "This computer is offline.", { retryMs: 1000 });
  }
}
