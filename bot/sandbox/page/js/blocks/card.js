// card and carousel.
import { h } from "../vdom.js";
import { element } from "../elements/index.js";
import { icon } from "../icons.js";
import { inline, rich } from "../mrkdwn_view.js";
import { smallImage } from "./media.js";

export function card(block, surface) {
  const place = { surface, blockId: block.block_id };
  return h(
    "article",
    { class: "card" },
    block.hero_image ? smallImage(block.hero_image, "hero") : null,
    h(
      "div",
      { class: "card-head" },
      block.icon ? smallImage(block.icon, "accessory") : null,
      h(
        "div",
        {},
        block.title ? h("div", { class: "card-title" }, inline(block.title)) : null,
        block.subtitle ? h("div", { class: "small" }, inline(block.subtitle)) : null,
      ),
    ),
    block.body ? h("div", { class: "card-body" }, rich(block.body)) : null,
    block.actions?.length
      ? h(
          "div",
          { class: "actions" },
          block.actions.map((e) => element(e, place)),
        )
      : null,
  );
}

export function carousel(block, surface) {
  const scroll = (event, step) => {
    const row = event.currentTarget.closest(".carousel").querySelector(".carousel-row");
    row.scrollBy({ left: step * row.clientWidth * 0.8, behavior: "smooth" });
  };
  const turn = (step, glyph, label) =>
    h(
      "button",
      {
        class: "icon-button framed",
        type: "button",
        "aria-label": label,
        onclick: (event) => scroll(event, step),
      },
      icon(glyph),
    );
  const cards = block.elements.map((one, i) =>
    h("div", { key: one.block_id ?? i, class: "carousel-item" }, card(one, surface)),
  );
  return h(
    "div",
    { class: "carousel", role: "group", "aria-roledescription": "carousel" },
    h("div", { class: "carousel-row", tabindex: "0" }, cards),
    block.elements.length > 1
      ? h("div", { class: "carousel-turn" }, turn(-1, "left", "Earlier cards"), turn(1, "right", "Further cards"))
      : null,
  );
}
