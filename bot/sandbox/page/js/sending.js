// What a person typed goes out as a message or a command, and is remembered for the up arrow.
import { attempt, post } from "./api.js";
import { encode } from "./completion.js";
import * as memory from "./memory.js";
import { state, update, working } from "./store.js";
import { toast } from "./toasts.js";

const KEPT = 50;

/** Sends the draft of a composer; one that does not go out stays in the line. */
export async function send(where) {
  const text = (state.drafts[where.key] ?? "").trim();
  if (!text || state.working.has(`send:${where.key}`)) return;
  if (text.startsWith("/") && where.threadTs) {
    toast(`${text.split(/\s/)[0]} is not supported in threads, as in Slack. Type it in the channel.`, "error");
    return;
  }
  remember(text, where);
  const sent = await working(`send:${where.key}`, () => attempt("Sending", () => deliver(text, where)));
  if (!sent || sent.error)
    update((s) => {
      s.drafts[where.key] ||= text;
    });
}

function remember(text, where) {
  update((s) => {
    s.drafts[where.key] = "";
    s.completion = null;
    s.recalled = null;
    s.newSince = null;
    s.sent = [...s.sent.filter((t) => t !== text), text].slice(-KEPT);
    memory.write("sent", s.sent);
  });
}

function deliver(text, { channel, threadTs }) {
  if (!text.startsWith("/"))
    return post("/page/message", { user: state.me, channel, text: encode(text), thread_ts: threadTs });
  const command = text.split(/\s+/)[0];
  return post("/page/command", { user: state.me, channel, command, text: text.slice(command.length).trim() });
}

/** Walks through what was sent before; downwards ends at an empty line. */
export function recall(where, step) {
  const at = (state.recalled ?? 0) + step;
  if (at > state.sent.length) return true;
  update((s) => {
    s.recalled = at || null;
    s.drafts[where.key] = at ? s.sent[s.sent.length - at] : "";
  });
  return true;
}
