// Numbers to places: the arithmetic of the charts.

const STEPS = [1, 2, 2.5, 5, 10];

/** Round ticks from min to max, about `wanted` of them: [0, 25, 50, 75, 100]. */
export function ticks(min, max, wanted = 4) {
  const low = Math.min(0, min);
  const high = max > low ? max : low + 1;
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * STEPS.find((s) => s * power >= rough);
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });
const EXACT = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });

/** A number on an axis: 32K. */
export const short = (value) => (Math.abs(value) >= 10000 ? COMPACT : EXACT).format(value);
/** A number in a tooltip: 32,000. */
export const exact = (value) => EXACT.format(value);

/** A function from [from, to] to [start, end]. */
export function linear(from, to, start, end) {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

/** Whether category i of n gets its label, so that at most `most` are written. */
export const isLabelled = (i, n, most) => i % Math.ceil(n / most) === 0;
