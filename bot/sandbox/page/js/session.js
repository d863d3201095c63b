// Who the page is, where it stands, and how it loads.
import { attempt, get } from "./api.js";
import { apply, threadKey } from "./feed.js";
import { Live } from "./live.js";
import * as memory from "./memory.js";
import { state, update } from "./store.js";
import { dropSurfaces } from "./surface.js";

let live = null;

export async function start() {
  addEventListener("hashchange", followHash);
  document.addEventListener("visibilitychange", () => update(markSeen));
  const first = await firstState();
  become(first.me?.id ?? first.me);
}

/** The server may start later than the page is opened: ask until it answers. */
async function firstState() {
  for (;;) {
    try {
      return await get("/page/state", { user: memory.read("me", "") });
    } catch (error) {
      console.warn(error);
      update((s) => {
        s.link = "lost";
      });
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** Plays another person: their messages, their modals, their home. */
export function become(userId) {
  live?.stop();
  dropSurfaces();
  memory.write("me", userId);
  update((s) => {
    Object.assign(s, {
      me: userId,
      messages: {},
      threads: {},
      home: undefined,
      views: [],
      popup: null,
      link: "connecting",
      completion: null,
    });
    s.seen = memory.read(`seen.${userId}`, {});
  });
  live = new Live(userId, { onopen: load, onevent: receive });
}

export const retryNow = () => live?.connect();

function receive(event) {
  apply(event);
  update(markSeen);
  const isNews = event.type === "sockets" || (event.channel && !state.channels.some((c) => c.id === event.channel));
  if (isNews) attempt("Reading the workspace", loadFrame);
}

/** People, channels and commands: an app that connects may bring others. */
async function loadFrame() {
  const known = await get("/page/state", { user: state.me });
  update((s) =>
    Object.assign(s, {
      team: known.team,
      users: known.users,
      usergroups: known.usergroups ?? [],
      channels: known.channels,
      commands: known.commands,
      faults: known.faults,
      sockets: known.sockets,
      machinesUrl: known.machines_url,
    }),
  );
  return known;
}

async function load() {
  const known = await loadFrame();
  const lists = await Promise.all(known.channels.map((c) => get("/page/messages", { channel: c.id, user: state.me })));
  update((s) => {
    known.channels.forEach((c, i) => {
      s.messages[c.id] = lists[i];
      s.seen[c.id] ??= lists[i].at(-1)?.ts ?? "0";
    });
  });
  followHash();
  if (state.aside?.kind === "thread") await loadThread(state.aside.channel, state.aside.ts);
}

/** The address names the place: #/deploys, #/home. */
export function followHash() {
  const name = decodeURIComponent(location.hash.replace(/^#\//, ""));
  const found = state.channels.find((c) => addressOf(c) === `#/${name}`);
  if (name === "home") showHome();
  else show(found ?? state.channels.find((c) => c.name === "deploys") ?? state.channels[0]);
}

/** The address of a channel, or of "home". Direct conversations go by id: their name is the app's. */
export const addressOf = (place) => (place === "home" ? "#/home" : `#/${place.kind === "im" ? place.id : place.name}`);

export function go(place) {
  const address = addressOf(place);
  if (location.hash === address) followHash();
  else location.hash = address;
}

function show(target) {
  if (!target) return;
  update((s) => {
    const moved = s.place.id !== target.id;
    s.place = { kind: "channel", id: target.id };
    s.drawer = false;
    if (moved) Object.assign(s, { newSince: s.seen[target.id], away: null });
    if (moved && s.aside?.kind === "thread" && s.aside.channel !== target.id) s.aside = null;
    markSeen(s);
  });
}

async function showHome() {
  update((s) => {
    s.place = { kind: "home", id: null };
    s.drawer = false;
    if (s.aside?.kind === "thread") s.aside = null;
  });
  const view = await attempt("Opening App Home", () => get("/page/home", { user: state.me }));
  update((s) => {
    s.home = s.home && !view ? s.home : view;
  });
}

/** What is on the screen has been seen. */
function markSeen(s) {
  if (document.hidden || s.place.kind !== "channel") return;
  const last = s.messages[s.place.id]?.at(-1)?.ts;
  if (!last || s.seen[s.place.id] >= last) return;
  s.seen = { ...s.seen, [s.place.id]: last };
  memory.write(`seen.${s.me}`, s.seen);
}

export async function openThread(channelId, ts) {
  update((s) => {
    s.aside = { kind: "thread", channel: channelId, ts };
  });
  await loadThread(channelId, ts);
}

async function loadThread(channelId, ts) {
  const list = await attempt("Opening the thread", () =>
    get("/page/messages", { channel: channelId, user: state.me, thread_ts: ts }),
  );
  if (list)
    update((s) => {
      s.threads[threadKey(channelId, ts)] = list;
    });
}

/** Opens a panel at the side, or closes it if it is open. */
export function toggleAside(kind) {
  update((s) => {
    s.aside = s.aside?.kind === kind ? null : { kind };
    s.drawer = false;
  });
}

export function closeAside() {
  update((s) => {
    s.aside = null;
  });
}
