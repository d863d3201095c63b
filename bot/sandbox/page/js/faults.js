// Trouble on demand: what a real Slack does on a bad day.
import { h } from "./vdom.js";
import { attempt, post, remove } from "./api.js";
import { pane } from "./pane.js";
import { state, working } from "./store.js";

const OFFERS = [
  {
    id: "rate",
    label: "Rate limit",
    more: "the next 3 posts get 429, Retry-After 3 s",
    fault: { method: "chat.postMessage", kind: "rate_limited", retry_after: 3, times: 3 },
  },
  {
    id: "errors",
    label: "Server errors",
    more: "the next 5 calls of any kind get 500",
    fault: { method: "*", kind: "server_error", times: 5 },
  },
  {
    id: "lost",
    label: "Lost reply",
    more: "the next post is stored, its answer is not sent",
    fault: { method: "chat.postMessage", kind: "lost_reply", times: 1 },
  },
  {
    id: "slow",
    label: "Slow",
    more: "every answer takes 2 s, until cleared",
    fault: { method: "*", kind: "slow", seconds: 2 },
  },
  {
    id: "away",
    label: "Away",
    more: "Slack is out of reach, sockets are cut, until cleared",
    fault: { method: "*", kind: "away" },
  },
  {
    id: "old",
    label: "Old blocks",
    more: "charts, plans and cards are refused, until cleared",
    fault: { method: "*", kind: "old_blocks" },
  },
];

const DROPS = [
  { reason: "refresh_requested", label: "Ask for a refresh", more: "as Slack does every few hours" },
  { reason: "warning", label: "Warn first", more: "a refresh follows in 10 s" },
  { reason: "too_many_websockets", label: "Too many sockets", more: "the eleventh connection" },
  { reason: null, label: "Cut the wire", more: "no word of goodbye" },
];

const NAMES = {
  rate_limited: "Rate limit",
  server_error: "Server errors",
  lost_reply: "Lost reply",
  slow: "Slow",
  away: "Away",
  old_blocks: "Old blocks",
};

export function faults() {
  return pane(
    {
      key: "faults",
      title: "Faults",
      more: state.faults.length ? `${state.faults.length} active` : "all well",
      kind: "panel",
    },
    h(
      "div",
      { class: "panel-body" },
      h("p", { class: "quiet" }, "What Slack does to apps on a bad day. Switch one on and watch the bot cope."),
      active(),
      h("h3", {}, "Answers to the app"),
      h(
        "div",
        { class: "offers" },
        OFFERS.map((o) => offer(o.id, o, () => post("/page/faults", o.fault))),
      ),
      h("h3", {}, `Sockets of the app (${state.sockets})`),
      h(
        "div",
        { class: "offers" },
        DROPS.map((d) => offer(d.label, d, () => post("/page/sockets/drop", { reason: d.reason }))),
      ),
    ),
  );
}

function offer(id, { label, more }, request) {
  const name = `fault:${id}`;
  const busy = state.working.has(name);
  return h(
    "button",
    {
      key: id,
      class: `offer ${busy ? "busy" : ""}`,
      type: "button",
      "data-fault": id,
      onclick: () => working(name, () => attempt(label, request)),
    },
    h("span", { class: "offer-label" }, label),
    h("span", { class: "offer-more" }, more),
  );
}

function active() {
  if (!state.faults.length) return null;
  const clear = () => working("fault:clear", () => attempt("Clearing", () => remove("/page/faults")));
  return h(
    "div",
    { class: "active-faults", role: "status" },
    h(
      "ul",
      {},
      state.faults.map((f, i) =>
        h(
          "li",
          { key: i },
          h("strong", {}, NAMES[f.kind] ?? f.kind),
          ` on ${f.method === "*" ? "everything" : f.method}${rest(f)}`,
        ),
      ),
    ),
    h(
      "button",
      { class: "button primary filled", type: "button", "data-fault": "clear", onclick: clear },
      "All is well again",
    ),
  );
}

function rest(fault) {
  const how =
    { slow: `, ${fault.seconds} s each`, rate_limited: `, Retry-After ${fault.retry_after} s` }[fault.kind] ?? "";
  const times = fault.times === null || fault.times === undefined ? ", until cleared" : `, ${fault.times} more`;
  return how + times;
}
