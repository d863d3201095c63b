// A labelled input with its hint and the error of a refused submit.
import { h } from "../vdom.js";
import { element } from "../elements/index.js";
import { icon } from "../icons.js";
import { withEmoji, words } from "../mrkdwn_view.js";

export function input(block, surface) {
  const error = surface.errors[block.block_id];
  const label = words(block.label);
  const place = {
    surface,
    blockId: block.block_id,
    input: true,
    dispatch: block.dispatch_action === true,
    label,
    optional: block.optional === true,
    invalid: error ? "true" : null,
  };
  return h(
    "div",
    { class: `input ${error ? "refused" : ""}` },
    h(
      "div",
      { class: "input-label" },
      withEmoji(block.label.text),
      block.optional ? h("span", { class: "optional" }, " (optional)") : null,
    ),
    element(block.element, place),
    error ? h("div", { class: "input-error", role: "alert" }, icon("error"), h("span", {}, error)) : null,
    block.hint ? h("div", { class: "input-hint" }, withEmoji(block.hint.text)) : null,
  );
}
