// Draws mrkdwn and plain text objects.
import { h } from "./vdom.js";
import { emoji } from "./emoji.js";
import { safeUrl } from "./links.js";
import { parseBlocks, parseInline, unescape } from "./mrkdwn.js";
import { channel, group, handle, user } from "./people.js";
import { state } from "./store.js";
import { fillDate, full } from "./time.js";

/** A text object ({type: "mrkdwn"|"plain_text", text}) or a string of mrkdwn, as blocks. */
export function rich(object) {
  if (object?.type === "plain_text") return plain(object.text, object.emoji !== false);
  const text = typeof object === "string" ? object : (object?.text ?? "");
  return h("div", { class: "mrkdwn" }, parseBlocks(text, { verbatim: object?.verbatim }).map(block));
}

/** A text object on one line, for labels. */
export function inline(object) {
  const text = typeof object === "string" ? object : (object?.text ?? "");
  if (object?.type === "plain_text") return h("span", {}, withEmoji(text));
  return h(
    "span",
    {},
    text.split("\n").flatMap((line, i) => [i ? h("br") : null, parts(parseInline(line))]),
  );
}

/** Plain text: only emoji names are drawn, line breaks kept. */
export function plain(text, withNames = true) {
  const lines = (text ?? "").split("\n");
  return h(
    "div",
    { class: "plain" },
    lines.flatMap((line, i) => [i ? h("br") : null, withNames ? withEmoji(line) : line]),
  );
}

/** The characters of a text object, for titles and accessible names. */
export function words(object) {
  const text = typeof object === "string" ? object : (object?.text ?? "");
  return unescape(text).replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) ?? whole);
}

export function withEmoji(text) {
  return text.split(/(:[a-z0-9_+'-]+:)/).map((piece, i) => (i % 2 ? drawEmoji(piece.slice(1, -1)) : unescape(piece)));
}

function block(node) {
  if (node.type === "pre") return h("pre", {}, h("code", {}, parts(node.parts)));
  if (node.type === "quote")
    return h(
      "blockquote",
      {},
      node.lines.map((line) => h("div", { class: "line" }, parts(line))),
    );
  if (node.type === "item") return item(node);
  return h("div", { class: node.parts.length ? "line" : "line blank" }, parts(node.parts));
}

function item(node) {
  const mark = node.mark === "-" ? "•" : node.mark;
  const depth = { "--depth": Math.min(4, Math.floor(node.indent / 2)) };
  return h(
    "div",
    { class: "li", vars: depth },
    h("span", { class: "li-mark" }, mark),
    h("span", {}, parts(node.parts)),
  );
}

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code" };

export const parts = (list) => list.map(part);

function part(node) {
  if (node.type === "text") return node.text;
  if (node.type in TAGS) return h(TAGS[node.type], {}, parts(node.parts));
  return DRAW[node.type](node);
}

const DRAW = {
  link: (node) => link(node.url, parts(node.parts)),
  emoji: (node) => drawEmoji(node.name),
  user: (node) => userMention(node.id, node.label),
  channel: (node) => channelMention(node.id, node.label),
  group: (node) => groupMention(node.id, node.label),
  range: (node) => rangeMention(node.name, node.label),
  date: (node) => dateText(node.ts, node.pattern, node.url, node.fallback),
};

/** A link that opens in its own tab; an address of another kind than http(s) or mailto stays text. */
export function link(url, label, extra = {}) {
  if (!safeUrl(url) || url.startsWith("data:")) return h("span", {}, label);
  return h(
    "a",
    { ...extra, href: url, target: "_blank", rel: "noopener noreferrer", title: extra.title ?? url },
    label,
  );
}

export function drawEmoji(name) {
  const char = emoji(name);
  if (!char) return `:${name}:`;
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, char);
}

export function userMention(id, label = null) {
  const person = user(id);
  const mine = id === state.me ? " mine" : "";
  return h(
    "span",
    { class: `mention${mine}`, title: person?.title ?? null },
    `@${person ? handle(person) : (label ?? id)}`,
  );
}

export function groupMention(id, label = null) {
  const found = group(id);
  const name = found ? found.handle : (label ?? "group").replace(/^@/, "");
  const mine = found?.users?.includes(state.me) ? " mine" : "";
  return h("span", { class: `mention group${mine}`, title: found?.name ?? null }, `@${name}`);
}

export function channelMention(id, label = null) {
  const found = channel(id);
  const name = `#${found?.name ?? label ?? id}`;
  return found
    ? h("a", { class: "mention", href: `#/${found.kind === "im" ? found.id : found.name}` }, name)
    : h("span", { class: "mention" }, name);
}

export function rangeMention(name, label = null) {
  return h("span", { class: "mention mine" }, label ?? `@${name}`);
}

export function dateText(ts, pattern, url, fallback) {
  const text = fillDate(ts, pattern);
  if (text === null) return fallback ?? "";
  const shown = h("time", { datetime: new Date(ts * 1000).toISOString(), title: full(ts) }, text);
  return url ? link(url, shown, { title: full(ts) }) : shown;
}
