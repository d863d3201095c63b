// Ctrl/Cmd-K: go anywhere by a few letters.
import { h } from "./vdom.js";
import { dialog } from "./dialog.js";
import { unread } from "./feed.js";
import { icon } from "./icons.js";
import { humans } from "./people.js";
import { become, go, toggleAside } from "./session.js";
import { state, update } from "./store.js";
import { nextTheme } from "./theme.js";

export const openSwitcher = () =>
  update((s) => {
    s.dialog = { kind: "switcher", query: "", active: 0 };
  });

const close = () =>
  update((s) => {
    s.dialog = null;
  });

const kindOf = (channel) => (channel.kind === "im" ? "Direct messages" : "Channel");

function places() {
  const channels = state.channels.map((c) => ({
    id: c.id,
    glyph: c.kind === "im" ? "thread" : "hash",
    label: c.name,
    more: unread(c.id).count ? "unread" : kindOf(c),
    go: () => go(c),
  }));
  const people = humans()
    .filter((u) => u.id !== state.me)
    .map((u) => ({
      id: u.id,
      glyph: "eye",
      label: `Become ${u.real_name ?? u.name}`,
      more: u.title ?? "",
      go: () => become(u.id),
    }));
  const panels = [
    { id: "home", glyph: "home", label: "App Home", more: "What the app shows you", go: () => go("home") },
    state.machinesUrl && {
      id: "machines",
      glyph: "server",
      label: "Machine room",
      more: "Hosts",
      go: () => toggleAside("machines"),
    },
    { id: "faults", glyph: "bolt", label: "Faults", more: "Trouble on demand", go: () => toggleAside("faults") },
    { id: "theme", glyph: "auto", label: "Change the theme", more: state.theme, go: nextTheme },
    { id: "keys", glyph: "keyboard", label: "Keyboard shortcuts", more: "?", go: openShortcuts },
  ];
  return [...channels, ...panels.slice(0, 1), ...people, ...panels.slice(1)].filter(Boolean);
}

const openShortcuts = () =>
  update((s) => {
    s.dialog = { kind: "shortcuts" };
  });

/** Every letter of the query in order; whole beginnings first. */
function found(query) {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return places();
  const rank = ({ label }) => {
    const text = label.toLowerCase();
    if (text.startsWith(wanted)) return 0;
    if (text.includes(` ${wanted}`)) return 1;
    return text.includes(wanted) ? 2 : inOrder(text, wanted) ? 3 : 4;
  };
  return places()
    .filter((p) => rank(p) < 4)
    .sort((a, b) => rank(a) - rank(b));
}

function inOrder(text, letters) {
  let at = -1;
  return [...letters].every((letter) => (at = text.indexOf(letter, at + 1)) >= 0);
}

export function switcher() {
  const { query, active } = state.dialog;
  const list = found(query);
  return dialog(
    { key: "switcher", class: "dialog switcher", label: "Jump to", onclose: close },
    h("div", { class: "switcher-search" }, icon("search"), search(query, list.length)),
    h(
      "div",
      { class: "switcher-list", role: "listbox", id: "places", "aria-label": "Places" },
      list.map((one, i) => row(one, i === active)),
      list.length ? null : h("p", { class: "pop-note" }, `Nothing here is called “${query}”`),
    ),
  );
}

function search(query, count) {
  return h("input", {
    type: "text",
    value: query,
    placeholder: "Channel, person or panel",
    "aria-label": "Jump to",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "places",
    "aria-activedescendant": count ? "place-active" : null,
    autocomplete: "off",
    oninput: (event) => change({ query: event.target.value, active: 0 }),
    onkeydown: keys,
  });
}

function row(one, active) {
  return h(
    "div",
    {
      key: one.id,
      class: `option ${active ? "active" : ""}`,
      role: "option",
      id: active ? "place-active" : null,
      "aria-selected": active ? "true" : "false",
      hook: { update: (el) => active && el.scrollIntoView({ block: "nearest" }) },
      onclick: () => pick(one),
    },
    icon(one.glyph),
    h("span", { class: "option-label" }, one.label),
    h("span", { class: "option-more" }, one.more),
  );
}

const change = (fields) =>
  update((s) => {
    s.dialog = { ...s.dialog, ...fields };
  });

/** Keys may come faster than the list is drawn: what they mean is read from the state. */
function keys(event) {
  const { query, active } = state.dialog;
  const list = found(query);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && list.length) {
    event.preventDefault();
    change({ active: (active + step + list.length) % list.length });
  } else if (event.key === "Enter" && list[active]) {
    event.preventDefault();
    pick(list[active]);
  }
}

function pick(one) {
  close();
  one.go();
}
