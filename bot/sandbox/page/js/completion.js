// What a half-typed word may become: commands, people, channels, emoji.
import { EMOJI } from "./emoji.js";
import { humans } from "./people.js";
import { state } from "./store.js";

const MOST = 8;

/** {from, to, items: [{id, insert, label, hint, more}]} for the text before the caret, or null. */
export function complete(text, caret) {
  const before = text.slice(0, caret);
  const command = /^\/\S*$/.exec(before);
  if (command) return found(0, caret, commands(before));
  const word = /(^|[\s(])([@#:])([\p{L}\p{N}_+.-]*)$/u.exec(before);
  if (!word) return null;
  const [, , mark, typed] = word;
  return found(caret - typed.length - 1, caret, SOURCES[mark](typed.toLowerCase()));
}

const found = (from, to, items) => (items.length ? { from, to, items: items.slice(0, MOST) } : null);

/** Those that begin with what was typed come before those that only contain it. */
function matching(list, typed, textOf) {
  const starts = list.filter((x) => textOf(x).toLowerCase().startsWith(typed));
  const holds = list.filter((x) => !starts.includes(x) && textOf(x).toLowerCase().includes(typed));
  return [...starts, ...holds];
}

function commands(typed) {
  const wanted = typed.slice(1).toLowerCase();
  return matching(state.commands, wanted, (c) => c.command.slice(1)).map((c) => ({
    id: c.command,
    insert: `${c.command} `,
    label: c.command,
    hint: c.usage_hint,
    more: c.description,
  }));
}

const SOURCES = {
  "@": (typed) => matching([...people(), ...groups()], typed, (x) => `${x.label.slice(1)} ${x.more}`),
  "#": (typed) =>
    matching(
      state.channels.filter((c) => c.kind !== "im"),
      typed,
      (c) => c.name,
    ).map((c) => ({ id: c.id, insert: `#${c.name} `, label: `#${c.name}`, more: c.topic })),
  ":": (typed) => (typed.length < 2 ? [] : matching([...EMOJI.keys()], typed, (name) => name).map(emojiItem)),
};

const people = () =>
  humans().map((u) => ({
    id: u.id,
    insert: `@${u.name} `,
    label: `@${u.name}`,
    more: `${u.real_name ?? ""} · ${u.title ?? ""}`,
  }));
const groups = () =>
  state.usergroups.map((g) => ({ id: g.id, insert: `@${g.handle} `, label: `@${g.handle}`, more: g.name }));
const emojiItem = (name) => ({ id: name, insert: `:${name}: `, label: `${EMOJI.get(name)}  :${name}:`, more: "" });

/** The command that the text calls, once its name is complete. */
export function calledCommand(text) {
  const name = /^(\/\S+)(\s|$)/.exec(text)?.[1];
  return name ? (state.commands.find((c) => c.command === name) ?? null) : null;
}

/** What a person typed, as Slack sends it: escaped, with ids for names. */
export function encode(text) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped.replace(/(^|[\s(])([@#])([\p{L}\p{N}_.-]*[\p{L}\p{N}_-])/gu, (whole, before, mark, name) => {
    const id = mark === "@" ? mention(name) : channelOf(name);
    return id ? before + id : whole;
  });
}

function mention(name) {
  if (["here", "channel", "everyone"].includes(name)) return `<!${name}>`;
  const person = state.users.find((u) => u.name === name);
  const group = state.usergroups.find((g) => g.handle === name);
  return person ? `<@${person.id}>` : group ? `<!subteam^${group.id}|@${group.handle}>` : null;
}

function channelOf(name) {
  const found = state.channels.find((c) => c.name === name);
  return found ? `<#${found.id}|${found.name}>` : null;
}
