// A ring of shares.
import { h } from "../vdom.js";
import { exact } from "./scale.js";

const RADIUS = 60;
const HOLE = 34;
const TURN = 2 * Math.PI;

const point = (angle, radius) =>
  `${(80 + radius * Math.sin(angle)).toFixed(2)} ${(80 - radius * Math.cos(angle)).toFixed(2)}`;

function slice(from, to) {
  const end = Math.min(to, from + TURN - 0.0001);
  const large = end - from > TURN / 2 ? 1 : 0;
  return (
    `M${point(from, RADIUS)}A${RADIUS} ${RADIUS} 0 ${large} 1 ${point(end, RADIUS)}` +
    `L${point(end, HOLE)}A${HOLE} ${HOLE} 0 ${large} 0 ${point(from, HOLE)}Z`
  );
}

export function pie(segments, label) {
  const sum = segments.reduce((total, s) => total + s.value, 0) || 1;
  let at = 0;
  const slices = segments.map((s, i) => {
    const from = at;
    at += (s.value / sum) * TURN;
    return h(
      "path",
      { key: i, class: `slice series-${i % 12}`, d: slice(from, at) },
      h("title", {}, `${s.label}: ${exact(s.value)}`),
    );
  });
  return h("svg", { viewBox: "14 14 132 132", class: "pie", role: "img", "aria-label": label }, slices);
}
