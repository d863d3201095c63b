// The page's keys, and the dialog that lists them.
import { h } from "./vdom.js";
import { dialog } from "./dialog.js";
import { icon } from "./icons.js";
import { closeAside } from "./session.js";
import { nearby } from "./sidebar.js";
import { state, update } from "./store.js";
import { openSwitcher } from "./switcher.js";

const KEYS = [
  ["Ctrl K", "Jump to a channel, person or panel"],
  ["Alt ↑ / Alt ↓", "Channel above or below"],
  ["/", "Write a command"],
  ["Tab", "Complete a command, name or emoji"],
  ["Enter", "Send"],
  ["Shift Enter", "New line"],
  ["↑ in an empty line", "What you sent before"],
  ["↑ ↓ in the messages", "Walk through them; t opens a thread"],
  ["F6", "Next part of the page"],
  ["Esc", "Close what is open"],
  ["?", "This list"],
];

const show = (kind) =>
  update((s) => {
    s.dialog = kind && { kind };
  });

export function shortcuts() {
  return dialog(
    { key: "shortcuts", class: "dialog small-dialog", label: "Keyboard shortcuts", onclose: () => show(null) },
    h(
      "div",
      { class: "dialog-head" },
      h("h2", { class: "dialog-title" }, "Keyboard shortcuts"),
      h(
        "button",
        { class: "icon-button", type: "button", "aria-label": "Close", onclick: () => show(null) },
        icon("close"),
      ),
    ),
    h(
      "dl",
      { class: "keys" },
      KEYS.map(([key, what]) => h("div", { key }, h("dt", {}, h("kbd", {}, key)), h("dd", {}, what))),
    ),
  );
}

const REGIONS = [
  ".sidebar .row[aria-current], .sidebar .row",
  ".main .scroller",
  ".main .composer-text",
  ".aside .scroller, .aside .icon-button",
  ".aside .composer-text",
];

function nextRegion(step) {
  const regions = REGIONS.map((selector) => document.querySelector(selector)).filter(Boolean);
  const frames = regions.map((el) => el.closest(".sidebar, .composer, .timeline, .aside, .home"));
  const now = frames.findIndex((frame) => frame?.contains(document.activeElement));
  regions[(now + step + regions.length) % regions.length]?.focus();
}

const isTyping = (el) => el.matches?.("input, textarea, select, [contenteditable]");

function escape() {
  if (state.drawer)
    update((s) => {
      s.drawer = false;
    });
  else if (state.aside) {
    closeAside();
    document.querySelector("#composer-main")?.focus();
  }
}

export function watchKeys() {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") act(event, openSwitcher);
    else if (document.querySelector("dialog[open]")) return;
    else if (event.altKey && event.key === "ArrowDown") act(event, () => nearby(1));
    else if (event.altKey && event.key === "ArrowUp") act(event, () => nearby(-1));
    else if (event.key === "F6") act(event, () => nextRegion(event.shiftKey ? -1 : 1));
    else if (event.key === "Escape") escape();
    else if (!isTyping(event.target) && !event.ctrlKey && !event.metaKey) letters(event);
  });
}

function letters(event) {
  if (event.key === "?") act(event, () => show("shortcuts"));
  else if (event.key === "/") {
    document.querySelector("#composer-main")?.focus();
  }
}

function act(event, fn) {
  event.preventDefault();
  fn();
}
