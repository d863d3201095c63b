// One message.
import { h } from "./vdom.js";
import { blocks } from "./blocks/index.js";
import { uploaded } from "./blocks/media.js";
import { icon } from "./icons.js";
import { drawEmoji, rich } from "./mrkdwn_view.js";
import { author, handle, initials, tint, user } from "./people.js";
import { openThread } from "./session.js";
import { state, update } from "./store.js";
import { messageSurface } from "./surface.js";
import { clock, daysFromToday, full, moment } from "./time.js";

const drawn = { timeline: new WeakMap(), thread: new WeakMap() };

/** Draws a message; one that did not change keeps its old drawing. `pane` is "timeline" or "thread". */
export function message(channelId, item, { pane, compact }) {
  const surface = messageSurface(channelId, item, pane);
  const basis = [compact, surface.version, state.me, state.users, daysFromToday(item.ts), state.aside?.ts === item.ts];
  const before = drawn[pane].get(item);
  if (before && basis.every((value, i) => value === before.basis[i])) return before.node;
  const node = draw(channelId, item, { pane, compact, surface });
  drawn[pane].set(item, { basis, node });
  return node;
}

export function avatar({ name, color, app }) {
  const inside = app ? icon("bolt") : initials(name);
  return h(
    "span",
    { class: `avatar ${app ? "app" : ""}`, "aria-hidden": "true", vars: tint(color) ? { "--tint": tint(color) } : {} },
    inside,
  );
}

function draw(channelId, item, { pane, compact, surface }) {
  const writer = author(item);
  const kind = [
    "message",
    compact ? "compact" : "",
    item.ephemeral ? "ephemeral" : "",
    state.aside?.ts === item.ts && pane === "timeline" ? "open" : "",
  ];
  const time = h(
    "time",
    { class: "message-time", datetime: new Date(item.ts * 1000).toISOString(), title: full(item.ts) },
    clock(item.ts),
  );
  return h(
    "article",
    {
      key: item.ts,
      class: kind.join(" "),
      "data-ts": item.ts,
      tabindex: "-1",
      "aria-label": `${writer.name} at ${clock(item.ts)}`,
      onkeydown: (event) => keys(event, channelId, item),
    },
    h("div", { class: "gutter" }, compact ? time : avatar(writer)),
    h(
      "div",
      { class: "message-body" },
      item.ephemeral ? onlyYou(item) : null,
      compact ? null : head(writer, time),
      content(item, surface),
      reactions(item),
      pane === "timeline" && item.reply_count ? thread(channelId, item) : null,
    ),
    tools(channelId, item, pane),
  );
}

function head(writer, time) {
  const badge = writer.app ? h("span", { class: "badge" }, "App") : null;
  return h("div", { class: "message-head" }, h("span", { class: "writer" }, writer.name), badge, time);
}

function onlyYou(item) {
  const dismiss = () =>
    update((s) => {
      s.dismissed = new Set([...s.dismissed, item.ts]);
    });
  return h(
    "div",
    { class: "only-you" },
    icon("eye"),
    "Only visible to you",
    h("button", { class: "text-button", type: "button", onclick: dismiss }, "Dismiss"),
  );
}

function content(item, surface) {
  const hasBlocks = item.blocks?.length;
  const edited =
    item.edited && !hasBlocks
      ? h("span", { class: "edited", title: full(item.edited.ts ?? item.ts) }, "(edited)")
      : null;
  return h(
    "div",
    { class: "content" },
    hasBlocks ? blocks(item.blocks, surface) : rich(item.text ?? ""),
    edited,
    (item.attachments ?? []).map((a, i) => attachment(a, i, surface)),
    (item.files ?? []).map((f) => h("div", { key: f.id }, uploaded(f))),
  );
}

function attachment(spec, i, surface) {
  const color =
    { good: "var(--ok)", warning: "var(--warn)", danger: "var(--danger)" }[spec.color] ??
    tint(spec.color) ??
    "var(--line-strong)";
  return h(
    "div",
    { key: `attachment-${i}`, class: "attachment", vars: { "--bar": color } },
    spec.pretext ? rich(spec.pretext) : null,
    spec.title ? h("div", { class: "attachment-title" }, rich(spec.title)) : null,
    spec.blocks?.length ? blocks(spec.blocks, surface) : rich(spec.text ?? spec.fallback ?? ""),
  );
}

function reactions(item) {
  if (!item.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions" },
    item.reactions.map((r) =>
      h(
        "span",
        {
          key: r.name,
          class: "reaction",
          title: (r.users ?? []).map((id) => handle(user(id))).join(", "),
        },
        drawEmoji(r.name),
        h("span", { class: "reaction-count" }, r.count ?? r.users?.length ?? 1),
      ),
    ),
  );
}

function thread(channelId, item) {
  const count = item.reply_count;
  const faces = (item.reply_users ?? []).slice(0, 3).map((id) => h("span", { key: id }, avatar(author({ user: id }))));
  return h(
    "button",
    { class: "thread-link", type: "button", onclick: () => openThread(channelId, item.ts) },
    h("span", { class: "faces" }, faces),
    h("span", { class: "thread-count" }, `${count} ${count === 1 ? "reply" : "replies"}`),
    item.latest_reply ? h("span", { class: "small" }, `Last ${moment(item.latest_reply)}`) : null,
  );
}

function tools(channelId, item, pane) {
  const tool = (label, glyph, onclick) =>
    h("button", { class: "icon-button", type: "button", "aria-label": label, title: label, onclick }, icon(glyph));
  const inspect = () =>
    update((s) => {
      s.dialog = { kind: "inspect", item };
    });
  const reply = pane === "timeline" && !item.ephemeral;
  return h(
    "div",
    { class: "tools" },
    reply ? tool("Reply in thread", "thread", () => openThread(channelId, item.ts)) : null,
    tool("Show the message as JSON", "braces", inspect),
  );
}

/** With the focus on a message: up and down walk, t opens its thread. */
function keys(event, channelId, item) {
  if (event.target !== event.currentTarget) return;
  const all = [...event.currentTarget.closest(".scroller").querySelectorAll(".message")];
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const next = step && all[all.indexOf(event.currentTarget) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  } else if (event.key === "t" && !event.ctrlKey && !event.metaKey && !item.ephemeral) {
    event.preventDefault();
    openThread(channelId, item.thread_ts ?? item.ts);
  }
}
