// What the page knows. Everything drawn is a function of `state`; `update` changes it and draws once per frame.
import * as memory from "./memory.js";

export const state = {
  me: null,
  team: { name: "Sandbox workspace" },
  users: [],
  usergroups: [],
  channels: [],
  commands: [],
  faults: [],
  sockets: 0,
  machinesUrl: null,
  place: { kind: "channel", id: null },
  aside: null,
  messages: {},
  threads: {},
  dismissed: new Set(),
  home: undefined,
  views: [],
  link: "connecting",
  popup: null,
  confirm: null,
  dialog: null,
  drafts: {},
  sent: memory.read("sent", []),
  completion: null,
  recalled: null,
  newSince: null,
  away: null,
  complaints: {},
  toasts: [],
  seen: {},
  machines: null,
  working: new Set(),
  drawer: false,
  theme: memory.read("theme", "auto"),
};

let draw = () => {};
let scheduled = false;

export function onDraw(fn) {
  draw = fn;
}

/** Changes the state and asks for one redraw. */
export function update(change) {
  change?.(state);
  if (scheduled) return;
  scheduled = true;
  // A hidden tab gets no animation frames; it must keep up all the same.
  if (document.hidden) setTimeout(flush, 50);
  else requestAnimationFrame(flush);
}

function flush() {
  scheduled = false;
  draw();
}

/** Marks a named piece of work (a button's request) as under way while `task` runs. */
export async function working(name, task) {
  if (state.working.has(name)) return undefined;
  update((s) => s.working.add(name));
  try {
    return await task();
  } finally {
    update((s) => s.working.delete(name));
  }
}
