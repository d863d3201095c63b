// Rows of buttons and menus.
import { h } from "../vdom.js";
import { element } from "../elements/index.js";

export function actions(block, surface) {
  return h(
    "div",
    { class: "actions" },
    block.elements.map((e) => element(e, { surface, blockId: block.block_id })),
  );
}

export function contextActions(block, surface) {
  return h(
    "div",
    { class: "actions context-actions" },
    block.elements.map((e) => element(e, { surface, blockId: block.block_id })),
  );
}
