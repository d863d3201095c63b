// Where messages and commands are typed.
import { h } from "./vdom.js";
import { complete } from "./completion.js";
import { accept, suggestions, usage } from "./completion_view.js";
import { icon } from "./icons.js";
import { recall, send } from "./sending.js";
import { state, update } from "./store.js";

/** `where` is {key, channel, threadTs}; a draft and a completion belong to its key. */
export function composer(where, placeholder) {
  const text = state.drafts[where.key] ?? "";
  const open = completionOf(where);
  return h(
    "div",
    { class: "composer" },
    open ? suggestions(open, where) : usage(text),
    h("div", { class: "composer-box" }, field(where, { text, open, placeholder }), sendButton(where, text)),
    keysHint(),
  );
}

const completionOf = (where) => (state.completion?.key === where.key ? state.completion : null);

function field(where, { text, open, placeholder }) {
  return h("textarea", {
    class: "composer-text",
    rows: 1,
    value: text,
    placeholder,
    "aria-label": placeholder,
    id: `composer-${where.threadTs ? "thread" : "main"}`,
    role: "combobox",
    "aria-expanded": open ? "true" : "false",
    "aria-autocomplete": "list",
    "aria-controls": "completions",
    "aria-activedescendant": open ? "completion-active" : null,
    hook: GROW,
    spellcheck: "true",
    autocomplete: "off",
    oninput: (event) => typed(event.target, where),
    onkeydown: (event) => keys(event, where),
    onblur: () => close(),
    onclick: (event) => typed(event.target, where),
  });
}

function sendButton(where, text) {
  const busy = state.working.has(`send:${where.key}`);
  return h(
    "button",
    {
      class: `send ${busy ? "busy" : ""}`,
      type: "button",
      "aria-label": "Send",
      title: "Send (Enter)",
      disabled: !text.trim(),
      onclick: () => send(where),
    },
    busy ? h("span", { class: "spinner" }) : icon("send"),
  );
}

function keysHint() {
  return h(
    "div",
    { class: "composer-keys", "aria-hidden": "true" },
    h("kbd", {}, "Enter"),
    " sends, ",
    h("kbd", {}, "Shift Enter"),
    " breaks the line, ",
    h("kbd", {}, "↑"),
    " recalls",
  );
}

const GROW = { mount: enter, update: grow };

/** A composer that appears takes the focus, where that opens no keyboard on the screen. */
function enter(el) {
  grow(el);
  if (!matchMedia("(pointer: coarse)").matches && !document.querySelector("dialog[open]"))
    el.focus({ preventScroll: true });
}

function grow(el) {
  el.style.height = "auto";
  el.style.height = `${Math.min(el.scrollHeight, 220)}px`;
}

function typed(el, where) {
  const found = complete(el.value, el.selectionStart);
  update((s) => {
    s.drafts[where.key] = el.value;
    s.completion = found ? { ...found, key: where.key, active: 0 } : null;
    s.recalled = null;
  });
}

const close = () =>
  state.completion &&
  update((s) => {
    s.completion = null;
  });

function keys(event, where) {
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  const open = completionOf(where);
  const handled = (open && completionKeys(event, open, where)) || plainKeys(event, where);
  if (handled) event.preventDefault();
}

function completionKeys(event, open, where) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    update((s) => {
      s.completion = { ...open, active: (open.active + step + open.items.length) % open.items.length };
    });
    return true;
  }
  if (event.key === "Escape") {
    event.stopPropagation();
    close();
    return true;
  }
  const chosen = open.items[open.active];
  const written = (state.drafts[where.key] ?? "").slice(open.from, open.to);
  const isDone = event.key === "Enter" && written === chosen.insert.trim();
  if (event.shiftKey || isDone || !["Tab", "Enter"].includes(event.key)) return false;
  accept(where, chosen);
  return true;
}

function plainKeys(event, where) {
  const el = event.target;
  if (event.key === "Enter" && !event.shiftKey) {
    send(where);
    return true;
  }
  if (event.key === "ArrowUp" && (el.value === "" || state.recalled)) return recall(where, 1);
  if (event.key === "ArrowDown" && state.recalled) return recall(where, -1);
  return false;
}
