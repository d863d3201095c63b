// data_visualization: pie, bar, line and area as inline SVG.
import { h } from "../vdom.js";
import { plot } from "./chart_axes.js";
import { pie } from "./chart_pie.js";
import { exact } from "./scale.js";

export function chart(block) {
  const { chart: spec, title } = block;
  const isPie = spec.type === "pie";
  const entries = isPie ? shares(spec.segments) : spec.series.map((s) => ({ name: s.name }));
  return h(
    "figure",
    { class: `chart chart-${spec.type}` },
    h("figcaption", {}, title),
    h(
      "div",
      { class: "chart-body" },
      isPie ? pie(spec.segments, describe(title, spec)) : plot(spec, describe(title, spec)),
      isPie || entries.length > 1 ? legend(entries) : null,
    ),
  );
}

function shares(segments) {
  const sum = segments.reduce((total, s) => total + s.value, 0) || 1;
  return segments.map((s) => ({ name: s.label, more: `${exact(s.value)} · ${((100 * s.value) / sum).toFixed(1)} %` }));
}

function legend(entries) {
  return h(
    "ul",
    { class: "legend" },
    entries.map((e, i) =>
      h(
        "li",
        { key: i },
        h("span", { class: `key series-${i % 12}` }),
        h("span", {}, e.name),
        e.more ? h("span", { class: "legend-more" }, e.more) : null,
      ),
    ),
  );
}

/** The chart in words, for those who hear it. */
function describe(title, spec) {
  if (spec.type === "pie") return `${title}: ${spec.segments.map((s) => `${s.label} ${exact(s.value)}`).join(", ")}`;
  const series = spec.series.map((s) => `${s.name}: ${s.data.map((p) => `${p.label} ${exact(p.value)}`).join(", ")}`);
  return `${title}. ${series.join(". ")}`;
}
