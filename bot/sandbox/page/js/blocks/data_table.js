// data_table: a captioned table in pages, sorted by a click on a column's head.
import { h } from "../vdom.js";
import { icon } from "../icons.js";
import { cell, columnClass } from "./table.js";

const PAGE = 5;

export function dataTable(block, surface) {
  const name = `table:${block.block_id}`;
  const view = { page: 0, by: null, down: false, ...surface.recall(name, {}) };
  const [head, ...body] = block.rows;
  const size = block.page_size ?? PAGE;
  const pages = Math.max(1, Math.ceil(body.length / size));
  const page = Math.min(view.page, pages - 1);
  const shown = sorted(body, view).slice(page * size, (page + 1) * size);
  const keep = (change) => surface.keep(name, { ...view, page, ...change });
  return h(
    "figure",
    { class: "data-table" },
    h("figcaption", {}, block.caption),
    h(
      "div",
      { class: "table-frame", tabindex: "0", role: "region", "aria-label": block.caption },
      h(
        "table",
        { class: "grid" },
        headRow({ head, first: body[0] ?? [], view, keep }),
        h(
          "tbody",
          {},
          shown.map((row, i) => bodyRow(row, i, block)),
        ),
      ),
    ),
    pages > 1 ? pager({ page, pages, rows: body.length, size, keep }) : null,
  );
}

/** A column's head stands as its first cell does: numbers to the right. */
function headRow({ head, first, view, keep }) {
  const heads = head.map((spec, i) => {
    const mine = view.by === i;
    const order = mine ? (view.down ? "descending" : "ascending") : "none";
    const sort = () => keep({ by: mine && view.down ? null : i, down: mine && !view.down, page: 0 });
    return h(
      "th",
      { class: columnClass(null, first[i]), scope: "col", "aria-sort": order },
      h(
        "button",
        { type: "button", class: `sort ${mine ? "on" : ""} ${view.down ? "descending" : ""}`, onclick: sort },
        cell(spec),
        icon("chevron"),
      ),
    );
  });
  return h("thead", {}, h("tr", {}, heads));
}

function bodyRow(row, i, block) {
  const cells = row.map((spec, c) => {
    const isHead = c === (block.row_header_column_index ?? -1);
    return h(isHead ? "th" : "td", { class: columnClass(null, spec), scope: isHead ? "row" : null }, cell(spec));
  });
  return h("tr", { key: i }, cells);
}

function sorted(rows, { by, down }) {
  if (by === null) return rows;
  const ordered = [...rows].sort((a, b) => compare(a[by], b[by]));
  return down ? ordered.reverse() : ordered;
}

function compare(a, b) {
  if (a?.type === "raw_number" && b?.type === "raw_number") return a.value - b.value;
  return textOf(a).localeCompare(textOf(b), undefined, { numeric: true });
}

/** The words of a cell, also of rich text, to sort by. */
function textOf(spec) {
  if (!spec) return "";
  return spec.text ?? (spec.elements ?? []).map(textOf).join("");
}

function pager({ page, pages, rows, size, keep }) {
  const turn = (to, glyph, label) =>
    h(
      "button",
      {
        class: "icon-button framed",
        type: "button",
        "aria-label": label,
        disabled: to < 0 || to >= pages,
        onclick: () => keep({ page: to }),
      },
      icon(glyph),
    );
  const last = Math.min(rows, (page + 1) * size);
  return h(
    "div",
    { class: "pager" },
    turn(page - 1, "left", "Previous page"),
    h("span", { "aria-live": "polite" }, `${page * size + 1}–${last} of ${rows}`),
    turn(page + 1, "right", "Next page"),
  );
}
