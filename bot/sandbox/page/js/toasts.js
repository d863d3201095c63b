// Short notices in a corner, read out by screen readers.
import { h } from "./vdom.js";
import { icon } from "./icons.js";
import { inline } from "./mrkdwn_view.js";
import { state, update } from "./store.js";

const SHOWN_MS = 8000;
let count = 0;

/** Shows a notice for eight seconds; the same text again only renews it. */
export function toast(text, level = "info") {
  const id = (count += 1);
  update((s) => {
    s.toasts = [...s.toasts.filter((t) => t.text !== text), { id, text, level }].slice(-4);
  });
  setTimeout(() => dismiss(id), SHOWN_MS);
}

function dismiss(id) {
  update((s) => {
    s.toasts = s.toasts.filter((t) => t.id !== id);
  });
}

export function toasts() {
  return h(
    "div",
    { key: "toasts", class: "toasts", role: "status", "aria-live": "polite" },
    state.toasts.map(oneToast),
  );
}

function oneToast(item) {
  const close = h(
    "button",
    { class: "icon-button", type: "button", "aria-label": "Dismiss notice", onclick: () => dismiss(item.id) },
    icon("close"),
  );
  return h(
    "div",
    { key: item.id, class: `toast ${item.level}` },
    h("div", { class: "toast-text" }, inline(item.text)),
    close,
  );
}
