// Draws a list of blocks. One file per family; an unknown type is named, not hidden.
import { h } from "../vdom.js";
import { actions, contextActions } from "./actions.js";
import { card, carousel } from "./card.js";
import { container } from "./container.js";
import { chart } from "./chart.js";
import { dataTable } from "./data_table.js";
import { input } from "./input.js";
import { file, image, video } from "./media.js";
import { plan, taskCard } from "./plan.js";
import { richText } from "./rich_text.js";
import { table } from "./table.js";
import { alert, context, divider, header, markdown, section } from "./text.js";

const DRAW = {
  section,
  header,
  context,
  divider,
  markdown,
  alert,
  actions,
  context_actions: contextActions,
  input,
  image,
  file,
  video,
  rich_text: richText,
  table,
  data_table: dataTable,
  data_visualization: chart,
  plan,
  task_card: taskCard,
  card,
  carousel,
  container: (block, surface) => container(block, surface, blocks),
};

/** All blocks of a message or view, each kept by its block_id through changes. */
export function blocks(list, surface) {
  return h(
    "div",
    { class: "blocks" },
    list.map((block, i) => frame(block, i, surface)),
  );
}

function frame(block, i, surface) {
  const draw = DRAW[block.type];
  const key = `${block.type}:${block.block_id ?? i}`;
  const inside = draw
    ? draw(block, surface)
    : h("p", { class: "unsupported" }, `A ${block.type} block: not drawn by this stand-in`);
  return h("div", { key, class: `block block-${block.type}`, "data-block": block.block_id ?? null }, inside);
}
