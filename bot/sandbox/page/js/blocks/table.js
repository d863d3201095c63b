// table: the first row is the head; cells are raw text, raw numbers or rich text.
import { h } from "../vdom.js";
import { withEmoji } from "../mrkdwn_view.js";
import { richText } from "./rich_text.js";

/** The inside of one cell. */
export function cell(spec) {
  if (!spec) return null;
  if (spec.type === "rich_text") return richText(spec);
  if (spec.type === "raw_number") return h("span", { class: "number" }, spec.text ?? String(spec.value));
  return withEmoji(spec.text ?? "");
}

/** The classes of a column's cells by its settings, right for numbers unless set. */
export function columnClass(settings, spec) {
  const align = settings?.align ?? (spec?.type === "raw_number" ? "right" : "left");
  return `align-${align} ${settings?.is_wrapped ? "wrapped" : ""}`;
}

export function table(block) {
  const settings = block.column_settings ?? [];
  const row = (cells, tag) =>
    cells.map((spec, i) =>
      h(tag, { class: columnClass(settings[i], spec), scope: tag === "th" ? "col" : null }, cell(spec)),
    );
  const [head, ...body] = block.rows;
  return h(
    "div",
    { class: "table-frame", tabindex: "0", role: "region", "aria-label": "Table" },
    h(
      "table",
      { class: "grid" },
      h("thead", {}, h("tr", {}, row(head, "th"))),
      h(
        "tbody",
        {},
        body.map((cells, i) => h("tr", { key: i }, row(cells, "td"))),
      ),
    ),
  );
}
