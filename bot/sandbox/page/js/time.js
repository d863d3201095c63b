// Times as the reader sees them: the browser's own zone and language.

const at = (ts) => new Date(Number(ts) * 1000);
const format = (options) => new Intl.DateTimeFormat(undefined, options);

const CLOCK = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const CLOCK_SECONDS = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const NUMERIC = format({ year: "numeric", month: "2-digit", day: "2-digit" });
const PLAIN = format({ year: "numeric", month: "long", day: "numeric" });
const SHORT = format({ year: "numeric", month: "short", day: "numeric" });
const LONG = format({ weekday: "long", year: "numeric", month: "long", day: "numeric" });
const WEEKDAY = format({ weekday: "long", month: "long", day: "numeric" });
const FULL = format({ dateStyle: "full", timeStyle: "long" });

export const clock = (ts) => CLOCK.format(at(ts));
export const full = (ts) => FULL.format(at(ts));

const dayNumber = (date) => Math.floor((date.getTime() - date.getTimezoneOffset() * 60000) / 86400000);

/** Days from the reader's today to the day of `ts`: 0 today, -1 yesterday. */
export const daysFromToday = (ts, now = new Date()) => dayNumber(at(ts)) - dayNumber(now);

const NEAR = new Map([
  [0, "today"],
  [-1, "yesterday"],
  [1, "tomorrow"],
]);

function pretty(ts, formatter) {
  return NEAR.get(daysFromToday(ts)) ?? formatter.format(at(ts));
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** "Today", "Yesterday" or "Monday, November 16". */
export const dayName = (ts) => capital(pretty(ts, WEEKDAY));

/** "14:02" today, else with its day: for places where no day divider stands. */
export const moment = (ts) => (daysFromToday(ts) === 0 ? clock(ts) : `${capital(pretty(ts, SHORT))} at ${clock(ts)}`);

const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** "3 minutes ago", "in 2 hours". */
export function ago(ts, now = Date.now()) {
  const seconds = Number(ts) - now / 1000;
  const [unit, size] = UNITS.find(([, s]) => Math.abs(seconds) >= s) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

const TOKENS = {
  date_num: (ts) => NUMERIC.format(at(ts)),
  date: (ts) => PLAIN.format(at(ts)),
  date_short: (ts) => SHORT.format(at(ts)),
  date_long: (ts) => LONG.format(at(ts)),
  date_pretty: (ts) => pretty(ts, PLAIN),
  date_short_pretty: (ts) => pretty(ts, SHORT),
  date_long_pretty: (ts) => pretty(ts, LONG),
  day_divider_pretty: (ts) => pretty(ts, LONG),
  time: clock,
  time_secs: (ts) => CLOCK_SECONDS.format(at(ts)),
  ago: (ts) => ago(ts),
};

/** Fills Slack's date tokens ("{date_short} at {time}"); null if `ts` is no time or a token is unknown. */
export function fillDate(ts, pattern) {
  if (!/^\d+(\.\d+)?$/.test(String(ts))) return null;
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (_, name) => {
    known &&= name in TOKENS;
    return known ? TOKENS[name](ts) : "";
  });
  return known ? text : null;
}
