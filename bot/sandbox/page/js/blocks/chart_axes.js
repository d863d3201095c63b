// Bars, lines and areas over categories.
import { h } from "../vdom.js";
import { exact, isLabelled, linear, short, ticks } from "./scale.js";

const WIDTH = 560;
const HEIGHT = 220;
const TOP = 10;
const RIGHT = 12;
const MOST_LABELS = 8;

/** A chart of `spec.series` over `spec.axis_config.categories`. */
export function plot(spec, label) {
  const frame = frameOf(spec);
  const body = spec.type === "bar" ? bars(spec, frame) : spec.series.map((s, i) => curve(s, i, spec.type, frame));
  return h(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot", role: "img", "aria-label": label },
    grid(frame),
    categories(frame),
    titles(spec.axis_config ?? {}, frame),
    body,
  );
}

function frameOf(spec) {
  const names = spec.axis_config?.categories ?? spec.series[0].data.map((p) => p.label);
  const values = spec.series.flatMap((s) => s.data.map((p) => p.value));
  const marks = ticks(Math.min(...values), Math.max(...values));
  const config = spec.axis_config ?? {};
  const left = 14 + 9 * Math.max(...marks.map((m) => short(m).length)) + (config.y_label ? 16 : 0);
  const bottom = HEIGHT - 24 - (config.x_label ? 18 : 0);
  const y = linear(marks[0], marks.at(-1), bottom, TOP);
  const slot = (WIDTH - RIGHT - left) / names.length;
  const x = (name) => left + slot * (Math.max(0, names.indexOf(name)) + 0.5);
  return { names, marks, left, bottom, y, x, slot };
}

function grid({ marks, left, y }) {
  return h(
    "g",
    { class: "gridlines" },
    marks.map((mark) =>
      h(
        "g",
        { key: mark },
        h("line", { class: mark === 0 ? "zero" : "", x1: left, x2: WIDTH - RIGHT, y1: y(mark), y2: y(mark) }),
        h("text", { x: left - 8, y: y(mark) + 4, "text-anchor": "end" }, short(mark)),
      ),
    ),
  );
}

function categories({ names, bottom, x }) {
  const shown = names.filter((_, i) => isLabelled(i, names.length, MOST_LABELS));
  return h(
    "g",
    {},
    shown.map((name) => h("text", { key: name, x: x(name), y: bottom + 18, "text-anchor": "middle" }, name)),
  );
}

function titles(config, { left, bottom }) {
  const middle = (TOP + bottom) / 2;
  return h(
    "g",
    { class: "axis-title" },
    config.x_label
      ? h("text", { x: (left + WIDTH - RIGHT) / 2, y: HEIGHT - 4, "text-anchor": "middle" }, config.x_label)
      : null,
    config.y_label
      ? h("text", { x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }, config.y_label)
      : null,
  );
}

const tip = (series, p) => h("title", {}, `${series.name} · ${p.label}: ${exact(p.value)}`);

function bars({ series }, { x, y, slot }) {
  const width = Math.min(44, (slot * 0.72) / series.length);
  return series.map((s, i) =>
    h(
      "g",
      { key: s.name, class: `series-${i % 12}` },
      s.data.map((p, k) => {
        const left = x(p.label) + (i - series.length / 2) * width;
        const top = Math.min(y(p.value), y(0));
        const height = Math.max(1, Math.abs(y(p.value) - y(0)));
        return h(
          "rect",
          { key: k, class: "bar", x: left + 1, y: top, width: Math.max(2, width - 2), height, rx: 2 },
          tip(s, p),
        );
      }),
    ),
  );
}

function curve(series, i, type, { x, y }) {
  const at = series.data.map((p) => `${x(p.label).toFixed(1)} ${y(p.value).toFixed(1)}`);
  const line = `M${at.join("L")}`;
  const first = x(series.data[0].label).toFixed(1);
  const last = x(series.data.at(-1).label).toFixed(1);
  return h(
    "g",
    { key: series.name, class: `series-${i % 12}` },
    type === "area" ? h("path", { class: "fill", d: `${line}L${last} ${y(0)}L${first} ${y(0)}Z` }) : null,
    h("path", { class: "stroke", d: line }),
    series.data.map((p, k) =>
      h("circle", { key: k, class: "dot", cx: x(p.label), cy: y(p.value), r: 3.2 }, tip(series, p)),
    ),
  );
}
