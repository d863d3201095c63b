// The list of messages with its day dividers; it stays at its end only if it was there.
import { h } from "./vdom.js";
import { icon } from "./icons.js";
import { message } from "./message.js";
import { state, update } from "./store.js";
import { dayName, daysFromToday } from "./time.js";

const NEAR_PX = 60;
const TOGETHER_S = 300;

const atEnd = (el) => el.scrollHeight - el.scrollTop - el.clientHeight < NEAR_PX;

const toEnd = (el) => {
  el.scrollTop = el.scrollHeight;
};

/** Follows the end while `el.pinned`, also when something inside grows (an unfolded output). */
const SCROLL = {
  mount(el) {
    el.pinned = true;
    toEnd(el);
    el.watch = new ResizeObserver(() => el.pinned && toEnd(el));
    el.watch.observe(el.firstChild);
    el.watch.observe(el);
  },
  update: (el) => el.pinned && toEnd(el),
  unmount: (el) => el.watch.disconnect(),
};

function scrolled(event) {
  const el = event.currentTarget;
  const was = el.pinned;
  el.pinned = atEnd(el);
  if (was !== el.pinned)
    update((s) => {
      s.away = el.pinned ? null : lastTs(el);
    });
}

const lastTs = (el) => [...el.querySelectorAll(".message")].at(-1)?.dataset.ts ?? "0";

/** A scrolling list of messages of a channel or thread. `empty` shows instead of no messages. */
export function timeline({ key, channelId, list, pane, label, empty = null }) {
  const shown = list.filter((m) => !state.dismissed.has(m.ts));
  const inside = shown.length ? rows(channelId, shown, pane) : [empty];
  return h(
    "div",
    { key, class: "timeline" },
    h(
      "div",
      {
        class: "scroller",
        role: "log",
        "aria-label": label,
        "aria-live": "polite",
        tabindex: "0",
        hook: SCROLL,
        onscroll: scrolled,
        onkeydown: enter,
      },
      h("div", { class: "rows" }, inside),
    ),
    pane === "timeline" ? jump(shown) : null,
  );
}

/** From the list itself the up arrow goes to the newest message. */
function enter(event) {
  if (event.target !== event.currentTarget || event.key !== "ArrowUp") return;
  event.preventDefault();
  [...event.currentTarget.querySelectorAll(".message")].at(-1)?.focus();
}

function rows(channelId, list, pane) {
  const out = [];
  let before = null;
  let isNew = false;
  for (const item of list) {
    const newDay = !before || daysFromToday(before.ts) !== daysFromToday(item.ts);
    if (newDay) out.push(divider(`day-${dayName(item.ts)}`, dayName(item.ts), "day"));
    const startsNew =
      pane === "timeline" && !isNew && state.newSince && item.ts > state.newSince && item.user !== state.me;
    if (startsNew && before) out.push(divider("new", "New", "new"));
    isNew ||= Boolean(startsNew);
    out.push(message(channelId, item, { pane, compact: !newDay && !startsNew && continues(before, item) }));
    before = item;
  }
  return out;
}

const divider = (key, text, kind) =>
  h("div", { key, class: `divider ${kind}`, role: "separator", "aria-label": text }, h("span", {}, text));

function continues(before, item) {
  const same = before.user === item.user && before.bot_id === item.bot_id && before.username === item.username;
  const words = !item.blocks?.length && !before.blocks?.length;
  return (
    same && words && !item.ephemeral && !before.ephemeral && !before.reply_count && item.ts - before.ts < TOGETHER_S
  );
}

function jump(list) {
  if (!state.away) return null;
  const fresh = list.filter((m) => m.ts > state.away && m.user !== state.me).length;
  const onclick = (event) => toEnd(event.currentTarget.parentElement.querySelector(".scroller"));
  const text = fresh ? `${fresh} new ${fresh === 1 ? "message" : "messages"}` : "Newest";
  return h("button", { class: `jump ${fresh ? "fresh" : ""}`, type: "button", onclick }, icon("down"), text);
}
