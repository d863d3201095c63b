// The WebSocket that keeps the page up to date, and its way back when it breaks.
import { update } from "./store.js";

const FIRST_RETRY_MS = 400;
const LAST_RETRY_MS = 5000;

/** One person's live connection. `onopen` runs after each (re)connect; events until it is done wait for it. */
export class Live {
  constructor(user, { onopen, onevent }) {
    this.user = user;
    this.onopen = onopen;
    this.onevent = onevent;
    this.delay = FIRST_RETRY_MS;
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/page/live?user=${encodeURIComponent(this.user)}`);
    this.socket = socket;
    this.waiting = [];
    socket.onopen = () => this.opened(socket);
    socket.onmessage = (message) => this.received(socket, JSON.parse(message.data));
    socket.onclose = () => this.lost(socket);
  }

  async opened(socket) {
    try {
      await this.onopen();
    } catch (error) {
      console.error(error);
      socket.close();
      return;
    }
    if (socket !== this.socket) return;
    this.delay = FIRST_RETRY_MS;
    const waiting = this.waiting;
    this.waiting = null;
    waiting.forEach((event) => this.onevent(event));
    update((s) => {
      s.link = "live";
    });
  }

  received(socket, event) {
    if (socket !== this.socket) return;
    if (this.waiting) this.waiting.push(event);
    else this.onevent(event);
  }

  lost(socket) {
    if (socket !== this.socket) return;
    update((s) => {
      s.link = "lost";
    });
    this.timer = setTimeout(() => this.connect(), this.delay);
    this.delay = Math.min(LAST_RETRY_MS, this.delay * 1.8);
  }

  /** Ends it for good: nothing of it arrives afterwards. */
  stop() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket.close();
  }
}
