// A surface is one message or view with elements in it: what its elements hold, which of them are busy,
// and how a click reaches the server.
import { attempt, post } from "./api.js";
import { ask } from "./confirm.js";
import { state, update } from "./store.js";
import { elementsOf, initialValue, isStateful } from "./values.js";

class Surface {
  constructor(key, container) {
    this.key = key;
    this.container = container;
    this.version = 0;
    this.held = new Map();
    this.local = new Map();
    this.busy = new Set();
    this.errors = {};
    this.blocks = [];
  }

  /** Draws this surface again although its message did not change. */
  touch(change) {
    update(() => {
      change?.();
      this.version += 1;
    });
  }

  valueOf(blockId, element) {
    return this.held.get(path(blockId, element)) ?? initialValue(element);
  }

  hold(blockId, element, value) {
    this.touch(() => {
      this.held.set(path(blockId, element), { type: element.type, ...value });
      delete this.errors[blockId];
    });
  }

  /** Something only this page knows, such as the page of a table. */
  recall(name, otherwise) {
    return this.local.has(name) ? this.local.get(name) : otherwise;
  }

  keep(name, value) {
    this.touch(() => this.local.set(name, value));
  }

  isBusy(blockId, element) {
    return this.busy.has(path(blockId, element));
  }

  /** {block_id: {action_id: value}} of all elements that hold something. */
  values() {
    const values = {};
    for (const { block, element } of elementsOf(this.blocks)) {
      if (!isStateful(element)) continue;
      values[block.block_id] ??= {};
      values[block.block_id][element.action_id] = this.valueOf(block.block_id, element);
    }
    return values;
  }

  /** Sends a click or choice, after its confirm dialog if it has one. True if it was sent. */
  async act(blockId, element, payload) {
    const name = path(blockId, element);
    if (this.busy.has(name)) return false;
    if (element.confirm && !(await ask(element.confirm))) return false;
    this.touch(() => this.busy.add(name));
    await attempt("The click", () => post("/page/action", this.request(blockId, element, payload)));
    this.touch(() => this.busy.delete(name));
    return true;
  }

  request(blockId, element, payload) {
    const action = { type: element.type, action_id: element.action_id, block_id: blockId, ...payload };
    return { user: state.me, container: this.container, action, state: { values: this.values() } };
  }
}

const path = (blockId, element) => `${blockId}|${element.action_id}`;

const surfaces = new Map();

/** The surface of that key, made at its first use. `blocks` are what it shows now. */
export function surface(key, container, blocks) {
  if (!surfaces.has(key)) surfaces.set(key, new Surface(key, container));
  const found = surfaces.get(key);
  found.blocks = blocks ?? [];
  return found;
}

export const dropSurface = (key) => surfaces.delete(key);
export const dropSurfaces = () => surfaces.clear();

/** `pane` keeps a thread's root apart from the same message in the channel. */
export function messageSurface(channelId, message, pane) {
  const container = { type: "message", channel: channelId, ts: message.ts };
  return surface(`${pane}:${channelId}:${message.ts}`, container, message.blocks);
}

export function viewSurface(view) {
  return surface(`view:${view.id}`, { type: "view", view_id: view.id }, view.blocks);
}
