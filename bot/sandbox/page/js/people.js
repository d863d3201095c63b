// Names for ids.
import { state } from "./store.js";

const UNKNOWN = { name: "unknown", color: null };

export const user = (id) => state.users.find((u) => u.id === id) ?? null;
export const channel = (id) => state.channels.find((c) => c.id === id) ?? null;
export const group = (id) => state.usergroups.find((g) => g.id === id) ?? null;
export const me = () => user(state.me) ?? UNKNOWN;

/** The name a person is called by in a message. */
export const handle = (person) => person?.name ?? UNKNOWN.name;

/** The people who can be played: everybody but the apps. */
export const humans = () => state.users.filter((u) => !u.is_bot && !u.is_app_user);

/** Who wrote a message: {name, color, app}. */
export function author(message) {
  const writer = user(message.user);
  const app = Boolean(message.bot_id || writer?.is_bot);
  const name =
    message.username ?? message.bot_profile?.name ?? writer?.real_name ?? writer?.name ?? (app ? "App" : UNKNOWN.name);
  return { name, color: writer?.color ?? null, app };
}

/** "#1f6f68" from what the server calls a colour, else null. */
export function tint(color) {
  const found = /^#?([0-9a-f]{6})$/i.exec(color ?? "");
  return found ? `#${found[1]}` : null;
}

export function initials(name) {
  const words = name
    .replace(/[^\p{L}\p{N} ]/gu, " ")
    .trim()
    .split(/\s+/);
  return (words[0]?.[0] ?? "?").toUpperCase() + (words[1]?.[0] ?? "").toUpperCase();
}
