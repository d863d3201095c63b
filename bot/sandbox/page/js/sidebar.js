// Channels, App Home, panels, and who you are.
import { h } from "./vdom.js";
import { unread } from "./feed.js";
import { icon } from "./icons.js";
import { avatar } from "./message.js";
import { humans, me } from "./people.js";
import { addressOf, become, go, toggleAside } from "./session.js";
import { openSwitcher } from "./switcher.js";
import { state, update } from "./store.js";
import { nextTheme, THEMES } from "./theme.js";

export function sidebar() {
  return h(
    "nav",
    { key: "sidebar", class: `sidebar ${state.drawer ? "open" : ""}`, "aria-label": "Workspace" },
    head(),
    h(
      "button",
      { class: "finder", type: "button", onclick: openSwitcher },
      icon("search"),
      h("span", {}, "Jump to…"),
      h("kbd", {}, "Ctrl K"),
    ),
    h(
      "div",
      { class: "sidebar-scroll" },
      section("Channels", state.channels.filter((c) => c.kind !== "im").map(channelRow)),
      section("App", [homeRow(), ...state.channels.filter((c) => c.kind === "im").map(directRow)]),
      section("Behind the scenes", [
        state.machinesUrl ? panelRow("machines", "server", "Machine room") : null,
        panelRow("faults", "bolt", "Faults", state.faults.length || null),
      ]),
    ),
    whoAmI(),
  );
}

function head() {
  const theme = THEMES[state.theme];
  return h(
    "header",
    { class: "workspace" },
    h("span", { class: "mark", "aria-hidden": "true" }),
    h(
      "div",
      { class: "workspace-words" },
      h("h1", {}, state.team.name ?? "Sandbox workspace"),
      h("p", {}, "A stand-in for Slack"),
    ),
    h(
      "button",
      {
        class: "icon-button theme",
        type: "button",
        "aria-label": `Theme: ${theme.name}. Change`,
        title: `Theme: ${theme.name}`,
        onclick: nextTheme,
      },
      icon(theme.glyph),
    ),
  );
}

function section(title, rows) {
  return h(
    "section",
    { class: "sidebar-section" },
    h("h2", {}, title),
    h(
      "ul",
      {},
      rows.filter(Boolean).map((row, i) => h("li", { key: i }, row)),
    ),
  );
}

function channelRow(channel) {
  return placeRow(channel, "hash", channel.name);
}

const directRow = (channel) => placeRow(channel, "thread", `${channel.name} (direct)`);

function placeRow(channel, glyph, label) {
  const current = state.place.kind === "channel" && state.place.id === channel.id;
  const { count, mentions } = current ? { count: 0, mentions: 0 } : unread(channel.id);
  return h(
    "a",
    {
      class: `row ${count ? "unread" : ""}`,
      href: addressOf(channel),
      "aria-current": current ? "page" : null,
      "data-channel": channel.name,
    },
    icon(glyph),
    h("span", { class: "row-name" }, label),
    count
      ? h("span", { class: `count ${mentions ? "mentions" : ""}`, "aria-label": `${count} unread` }, mentions || count)
      : null,
  );
}

function homeRow() {
  const up = state.sockets > 0;
  const words = up ? `${state.sockets} ${state.sockets === 1 ? "socket" : "sockets"}` : "not connected";
  return h(
    "a",
    { class: "row", href: "#/home", "aria-current": state.place.kind === "home" ? "page" : null },
    icon("home"),
    h("span", { class: "row-name" }, "App Home"),
    h(
      "span",
      {
        class: `presence ${up ? "up" : "down"}`,
        title: up ? "The app is connected by Socket Mode" : "No socket is open: the app is stopped, or uses HTTP",
      },
      words,
    ),
  );
}

function panelRow(kind, glyph, label, count = null) {
  return h(
    "button",
    {
      class: "row",
      type: "button",
      "aria-pressed": state.aside?.kind === kind ? "true" : "false",
      onclick: () => toggleAside(kind),
    },
    icon(glyph),
    h("span", { class: "row-name" }, label),
    count ? h("span", { class: "count warned" }, count) : null,
  );
}

function whoAmI() {
  const now = me();
  return h(
    "footer",
    { class: "who" },
    h(
      "div",
      { class: "who-now" },
      h("span", { class: "who-label" }, "You are"),
      h("span", { class: "who-name" }, now.real_name ?? now.name),
      h("span", { class: "who-title" }, now.title ?? ""),
    ),
    h(
      "div",
      { class: "who-row", role: "radiogroup", "aria-label": "Who you are", onkeydown: whoKeys },
      humans().map(person),
    ),
  );
}

function person(one) {
  const mine = one.id === state.me;
  const name = one.real_name ?? one.name;
  return h(
    "button",
    {
      key: one.id,
      class: "who-button",
      type: "button",
      role: "radio",
      "aria-checked": mine ? "true" : "false",
      tabindex: mine ? "0" : "-1",
      "aria-label": `${name}, ${one.title ?? ""}`,
      title: `${name} · ${one.title ?? ""}`,
      "data-user": one.name,
      onclick: () => mine || become(one.id),
    },
    avatar({ name, color: one.color, app: false }),
  );
}

function whoKeys(event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = humans();
  const next = all[(all.findIndex((u) => u.id === state.me) + step + all.length) % all.length];
  become(next.id);
  event.currentTarget.querySelector(`[data-user="${CSS.escape(next.name)}"]`).focus();
}

export const openDrawer = () =>
  update((s) => {
    s.drawer = true;
  });

export const nearby = (step) => {
  const all = state.channels;
  const at = all.findIndex((c) => c.id === state.place.id);
  const next = all[(at + step + all.length) % all.length];
  if (next) go(next);
};
