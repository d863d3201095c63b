// What the server says happened, carried into the state. Every event may come twice: messages are kept by ts.
import { state, update } from "./store.js";
import { dropSurface } from "./surface.js";
import { toast } from "./toasts.js";

const isReply = (m) => Boolean(m.thread_ts) && m.thread_ts !== m.ts;
export const threadKey = (channel, ts) => `${channel}:${ts}`;

/** The list with `message` in its place by ts, instead of an older form of it. */
export function upsert(list, message) {
  const others = list.filter((m) => m.ts !== message.ts);
  const after = others.findIndex((m) => m.ts > message.ts);
  others.splice(after < 0 ? others.length : after, 0, message);
  return others;
}

function place(s, channel, message) {
  const root = message.thread_ts ?? message.ts;
  const key = threadKey(channel, root);
  if (s.threads[key]) s.threads[key] = upsert(s.threads[key], message);
  if (!isReply(message) || message.subtype === "thread_broadcast")
    s.messages[channel] = upsert(s.messages[channel] ?? [], message);
}

/** A reply counts at its root, whether or not the thread is open. */
function count(s, channel, reply, by) {
  const root = (s.messages[channel] ?? []).find((m) => m.ts === reply.thread_ts);
  if (!root) return;
  const replies = Math.max(0, (root.reply_count ?? 0) + by);
  const latest = by > 0 ? reply.ts : root.latest_reply;
  const users = by > 0 ? [...new Set([...(root.reply_users ?? []), reply.user])] : root.reply_users;
  place(s, channel, { ...root, thread_ts: root.ts, reply_count: replies, latest_reply: latest, reply_users: users });
}

function arrived(s, { channel, message }) {
  const known = (s.threads[threadKey(channel, message.thread_ts)] ?? []).some((m) => m.ts === message.ts);
  place(s, channel, message);
  if (isReply(message) && !message.ephemeral && !known) count(s, channel, message, 1);
}

function deleted(s, { channel, message }) {
  const gone = message.ts;
  s.messages[channel] = (s.messages[channel] ?? []).filter((m) => m.ts !== gone);
  const key = threadKey(channel, message.thread_ts ?? gone);
  if (s.threads[key]) s.threads[key] = s.threads[key].filter((m) => m.ts !== gone);
  if (isReply(message) && !message.ephemeral) count(s, channel, message, -1);
}

function view(s, { action, view: shown }) {
  if (action === "open") s.views = [shown];
  else if (action === "push") s.views = [...s.views.filter((v) => v.id !== shown.id), shown];
  else if (action === "update") s.views = s.views.map((v) => (v.id === shown.id ? shown : v));
  else if (action === "close") {
    s.views = s.views.filter((v) => v.id !== shown.id);
    dropSurface(`view:${shown.id}`);
  }
}

const APPLY = {
  message: arrived,
  message_changed: (s, { channel, message }) => place(s, channel, message),
  ephemeral: (s, { channel, message }) => place(s, channel, message),
  message_deleted: deleted,
  view,
  home: (s, event) => {
    s.home = event.view;
  },
  faults: (s, event) => {
    s.faults = event.faults;
  },
  sockets: (s, event) => {
    s.sockets = event.count;
  },
};

/** Applies one event; a type nobody knows here is left alone. */
export function apply(event) {
  if (event.type === "notice")
    toast(event.text, /fail|trouble|did not|not a valid|error/i.test(event.text) ? "error" : "info");
  const change = APPLY[event.type];
  if (change) update((s) => change(s, event));
}

/** What has not been read in a channel: {count, mentions}. */
export function unread(channelId) {
  const seen = state.seen[channelId];
  if (seen === undefined) return { count: 0, mentions: 0 };
  const fresh = (state.messages[channelId] ?? []).filter((m) => m.ts > seen && m.user !== state.me);
  return { count: fresh.length, mentions: fresh.filter((m) => (m.text ?? "").includes(`<@${state.me}>`)).length };
}
