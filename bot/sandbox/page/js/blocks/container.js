// container: a titled group of blocks that may fold.
import { h } from "../vdom.js";
import { icon } from "../icons.js";
import { inline } from "../mrkdwn_view.js";
import { smallImage } from "./media.js";
import { richText } from "./rich_text.js";

/** `drawBlocks` is handed in, for a container draws the very blocks it is one of. */
export function container(block, surface, drawBlocks) {
  const head = [
    block.icon ? smallImage(block.icon, "tiny") : null,
    h(
      "div",
      { class: "container-words" },
      h(
        "div",
        { class: "container-title" },
        block.rich_text_title ? richText(block.rich_text_title) : inline(block.title),
      ),
      block.subtitle ? h("div", { class: "small" }, inline(block.subtitle)) : null,
    ),
  ];
  const inside = h("div", { class: "container-body" }, drawBlocks(block.child_blocks, surface));
  const kind = `container width-${block.width ?? "standard"}`;
  if (block.is_collapsible) {
    return h(
      "details",
      { class: kind, open: !block.default_collapsed },
      h("summary", { class: "container-head" }, icon("right"), head),
      inside,
    );
  }
  return h(
    "section",
    { class: kind },
    h("div", { class: `container-head ${block.has_header_divider ? "ruled" : ""}` }, head),
    inside,
  );
}
