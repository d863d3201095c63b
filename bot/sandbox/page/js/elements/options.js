// Where the options of each kind of select come from, in one form:
//   [{label: null|text, options: [{id, label, description, value}]}]; `value` is what Slack sends.
import { post } from "../api.js";
import { words } from "../mrkdwn_view.js";
import { humans } from "../people.js";
import { state } from "../store.js";
import { changePopup, popupOf } from "../popup.js";

const SUGGEST_AFTER_MS = 180;

const plainKind = (type) => type.replace(/^multi_/, "");

/** Which field of the value a select fills: [one, many]. */
const FIELDS = {
  static_select: ["selected_option", "selected_options"],
  external_select: ["selected_option", "selected_options"],
  users_select: ["selected_user", "selected_users"],
  channels_select: ["selected_channel", "selected_channels"],
  conversations_select: ["selected_conversation", "selected_conversations"],
};

export const isMulti = (element) => element.type.startsWith("multi_");
export const fieldOf = (element) => FIELDS[plainKind(element.type)][isMulti(element) ? 1 : 0];

/** The values held, as a list of options in the one form. */
export function chosen(element, value) {
  const held = value[fieldOf(element)];
  const list = Array.isArray(held) ? held : held ? [held] : [];
  return list.map((one) => (typeof one === "string" ? byId(element, one) : fromSlack(one)));
}

function byId(element, id) {
  const all = groupsOf(element).flatMap((g) => g.options);
  return all.find((o) => o.id === id) ?? { id, label: id, value: id };
}

const fromSlack = (option) => ({
  id: option.value,
  label: words(option.text),
  description: option.description && words(option.description),
  value: option,
});

/** The options known without asking the app. */
export function groupsOf(element) {
  const kind = plainKind(element.type);
  if (kind === "users_select") return [{ label: null, options: humans().map(fromUser) }];
  if (kind === "channels_select") return [{ label: null, options: state.channels.map(fromChannel) }];
  if (kind === "conversations_select") return conversations(element.filter);
  return fromLists(element);
}

const fromUser = (u) => ({ id: u.id, label: u.real_name ?? u.name, description: u.title, value: u.id });
const fromChannel = (c) => ({ id: c.id, label: `#${c.name}`, description: null, value: c.id });

function conversations(filter) {
  const wanted = filter?.include ?? ["public", "im"];
  const groups = [];
  if (wanted.includes("public") || wanted.includes("private"))
    groups.push({ label: "Channels", options: state.channels.map(fromChannel) });
  if (wanted.includes("im")) groups.push({ label: "People", options: humans().map(fromUser) });
  return groups;
}

export function fromLists({ options, option_groups: groups }) {
  if (groups) return groups.map((g) => ({ label: words(g.label), options: g.options.map(fromSlack) }));
  return [{ label: null, options: (options ?? []).map(fromSlack) }];
}

/** The groups with only what the query finds. */
export function filtered(groups, query) {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return groups.filter((g) => g.options.length);
  const found = (o) => `${o.label} ${o.description ?? ""}`.toLowerCase().includes(wanted);
  return groups.map((g) => ({ ...g, options: g.options.filter(found) })).filter((g) => g.options.length);
}

let timer = null;

/** Asks the app for an external select's options once the typing pauses. */
export function suggest(element, at, key, query) {
  clearTimeout(timer);
  const needed = element.min_query_length ?? 3;
  if (query.length < needed) {
    const missing = `Type ${needed === 1 ? "a letter" : `${needed} letters`} to search`;
    changePopup({ groups: [], loading: false, message: missing });
    return;
  }
  changePopup({ loading: true, message: null });
  timer = setTimeout(() => askApp(element, at, key, query), SUGGEST_AFTER_MS);
}

async function askApp(element, at, key, query) {
  const { container } = at.surface;
  const request = {
    user: state.me,
    container,
    view_id: container.view_id,
    action_id: element.action_id,
    block_id: at.blockId,
    value: query,
  };
  let change;
  try {
    change = { groups: fromLists(await post("/page/suggest", request)), message: null };
  } catch (error) {
    change = { groups: [], message: `The app sent no options: ${error.message}` };
  }
  if (popupOf(key)?.query === query) changePopup({ ...change, loading: false, active: 0 });
}
