// Draws parsed markdown.
import { h } from "./vdom.js";
import { parseMarkdown } from "./markdown.js";
import { parts } from "./mrkdwn_view.js";

export const drawMarkdown = (text) => h("div", { class: "markdown" }, parseMarkdown(text).map(block));

const DRAW = {
  heading: (b) => h(`h${Math.min(6, b.level + 2)}`, { class: `md-h${b.level}` }, parts(b.parts)),
  pre: (b) => h("pre", {}, h("code", {}, b.text)),
  quote: (b) => h("blockquote", {}, b.blocks.map(block)),
  rule: () => h("hr", {}),
  para: (b) =>
    h(
      "p",
      {},
      b.lines.flatMap((line, i) => [i ? h("br") : null, parts(line)]),
    ),
  list,
  table,
};

const block = (b) => DRAW[b.type](b);

function list(b) {
  return h(b.ordered ? "ol" : "ul", { start: b.ordered ? b.start : null }, b.items.map(item));
}

function item(one) {
  const box =
    one.checked === null
      ? null
      : h("input", {
          type: "checkbox",
          checked: one.checked,
          disabled: true,
          "aria-label": one.checked ? "Done" : "Not done",
        });
  const [first, ...rest] = one.blocks;
  const tight =
    first?.type === "para"
      ? first.lines.flatMap((line, i) => [i ? h("br") : null, parts(line)])
      : first
        ? block(first)
        : null;
  return h("li", { class: box ? "task-item" : null }, box, tight, rest.map(block));
}

function table(b) {
  const row = (cells, tag) =>
    h(
      "tr",
      {},
      cells.map((cell, i) => h(tag, { class: `align-${b.align[i] ?? "left"}` }, parts(cell))),
    );
  const [head, ...body] = b.rows;
  return h(
    "div",
    { class: "table-frame" },
    h(
      "table",
      { class: "grid" },
      h("thead", {}, row(head, "th")),
      h(
        "tbody",
        {},
        body.map((cells) => row(cells, "td")),
      ),
    ),
  );
}
