// rich_text: sections, lists, preformatted text and quotes with their styled elements.
import { h } from "../vdom.js";
import { channelMention, dateText, drawEmoji, groupMention, link, rangeMention, userMention } from "../mrkdwn_view.js";

const PARTS = {
  rich_text_section: (e) => h("div", { class: "rt-section" }, spans(e.elements)),
  rich_text_list: list,
  rich_text_preformatted: (e) => h("pre", {}, h("code", {}, spans(e.elements))),
  rich_text_quote: (e) => h("blockquote", {}, spans(e.elements)),
};

export function richText(block) {
  return h(
    "div",
    { class: "rich-text" },
    block.elements.map((e) => PARTS[e.type]?.(e) ?? h("span", { class: "unsupported" }, e.type)),
  );
}

/** Ordered lists number as Slack does: 1, a, i by indent. */
const ORDERED = ["decimal", "lower-alpha", "lower-roman"];
const BULLETS = ["disc", "circle", "square"];

function list(spec) {
  const indent = spec.indent ?? 0;
  const ordered = spec.style === "ordered";
  const kind = (ordered ? ORDERED : BULLETS)[indent % 3];
  const props = {
    class: `rt-list ${spec.border ? "bordered" : ""}`,
    vars: { "--indent": indent, "list-style-type": kind },
  };
  const items = spec.elements.map((e) => h("li", {}, spans(e.elements)));
  return ordered ? h("ol", { ...props, start: (spec.offset ?? 0) + 1 }, items) : h("ul", props, items);
}

/** Inline elements, their line breaks kept. */
export const spans = (elements) => (elements ?? []).map(span);

function span(e) {
  const draw = DRAW[e.type];
  return draw ? styled(draw(e), e.style ?? {}) : h("span", { class: "unsupported" }, `[${e.type}]`);
}

const DRAW = {
  text: (e) => e.text.split("\n").flatMap((line, i) => [i ? h("br") : null, line]),
  link: (e) => link(e.url, e.text ?? e.url),
  emoji: (e) => drawEmoji(e.name),
  user: (e) => userMention(e.user_id),
  usergroup: (e) => groupMention(e.usergroup_id),
  channel: (e) => channelMention(e.channel_id),
  broadcast: (e) => rangeMention(e.range),
  date: (e) => dateText(e.timestamp, e.format, e.url, e.fallback),
  color: (e) => h("code", {}, h("span", { class: "swatch", vars: { background: hex(e.value) } }), e.value),
  team: (e) => h("span", { class: "mention" }, e.team_id),
};

const hex = (value) => (/^#[0-9a-f]{3,8}$/i.test(value) ? value : "transparent");

const STYLES = [
  ["code", "code"],
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["underline", "u"],
  ["highlight", "mark"],
];

function styled(inside, style) {
  return STYLES.reduce((node, [name, tag]) => (style[name] ? h(tag, {}, node) : node), h("span", {}, inside));
}
