// Blocks of words: section, header, context, divider, markdown, alert.
import { h } from "../vdom.js";
import { element } from "../elements/index.js";
import { icon } from "../icons.js";
import { drawMarkdown } from "../markdown_view.js";
import { inline, rich, withEmoji } from "../mrkdwn_view.js";
import { smallImage } from "./media.js";

export function section(block, surface) {
  const { text, fields, accessory } = block;
  const words = h(
    "div",
    { class: "section-text" },
    text ? rich(text) : null,
    fields
      ? h(
          "div",
          { class: "fields" },
          fields.map((field) => h("div", { class: "field-text" }, rich(field))),
        )
      : null,
  );
  if (!accessory) return h("div", { class: "section" }, words);
  const beside =
    accessory.type === "image"
      ? smallImage(accessory, "accessory")
      : element(accessory, { surface, blockId: block.block_id });
  return h(
    "div",
    { class: `section with-${accessory.type === "image" ? "image" : "element"}` },
    words,
    h("div", { class: "section-side" }, beside),
  );
}

export const header = (block) => h("h3", { class: "header" }, withEmoji(block.text.text));

export const divider = () => h("hr", {});

export function context(block) {
  return h(
    "div",
    { class: "context" },
    block.elements.map((e) =>
      e.type === "image" ? smallImage(e, "tiny") : h("div", { class: "context-text" }, rich(e)),
    ),
  );
}

export const markdown = (block) => drawMarkdown(block.text);

const GLYPHS = { info: "info", warning: "warning", error: "error", success: "success", default: "info" };
const NAMES = { warning: "Warning", error: "Error", success: "Success", info: "Information", default: "Note" };

export function alert(block) {
  const level = block.level in GLYPHS ? block.level : "default";
  return h(
    "div",
    { class: `alert ${level}`, role: "note", "aria-label": NAMES[level] },
    icon(GLYPHS[level]),
    h("div", {}, inline(block.text)),
  );
}
