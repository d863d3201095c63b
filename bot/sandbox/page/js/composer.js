// Where messages and commands are typed.
import { h } from "./vdom.js";
import { attempt, post } from "./api.js";
import { calledCommand, complete, encode } from "./completion.js";
import { icon } from "./icons.js";
import * as memory from "./memory.js";
import { state, update, working } from "./store.js";
import { toast } from "./toasts.js";

const KEPT = 50;

/** `where` is {key, channel, threadTs}; a draft and a completion belong to its key. */
export function composer(where, placeholder) {
  const text = state.drafts[where.key] ?? "";
  const open = state.completion?.key === where.key && state.completion.items ? state.completion : null;
  const busy = state.working.has(`send:${where.key}`);
  return h("div", { class: "composer" },
    open ? suggestions(open, where) : hint(text),
    h("div", { class: "composer-box" },
      h("textarea", {
        class: "composer-text", rows: 1, value: text, placeholder, "aria-label": placeholder, id: `composer-${where.threadTs ? "thread" : "main"}`,
        role: "combobox", "aria-expanded": open ? "true" : "false", "aria-autocomplete": "list", "aria-controls": "completions",
        "aria-activedescendant": open ? "completion-active" : null, hook: GROW, spellcheck: "true", autocomplete: "off",
        oninput: (event) => typed(event.target, where),
        onkeydown: (event) => keys(event, where),
        onblur: () => close(),
        onclick: (event) => typed(event.target, where),
      }),
      h("button", {
        class: `send ${busy ? "busy" : ""}`, type: "button", "aria-label": "Send", title: "Send (Enter)", disabled: !text.trim(),
        onclick: () => send(where),
      }, busy ? h("span", { class: "spinner" }) : icon("send"))),
    h("div", { class: "composer-keys", "aria-hidden": "true" }, h("kbd", {}, "Enter"), " sends, ", h("kbd", {}, "Shift Enter"), " breaks the line, ", h("kbd", {}, "↑"), " recalls"));
}

const GROW = { mount: enter, update: grow };

/** A composer that appears takes the focus, where that opens no keyboard on the screen. */
function enter(el) {
  grow(el);
  if (!matchMedia("(pointer: coarse)").matches && !document.querySelector("dialog[open]")) el.focus({ preventScroll: true });
}

function grow(el) {
  el.style.height = "auto";
  el.style.height = `${Math.min(el.scrollHeight, 220)}px`;
}

function hint(text) {
  const command = calledCommand(text);
  if (!command) return null;
  return h("div", { class: "usage", role: "status" }, h("code", {}, command.command), " ", h("span", { class: "usage-hint" }, command.usage_hint ?? ""),
    h("span", { class: "usage-more" }, command.description ?? ""));
}

function suggestions(open, where) {
  return h("div", { class: "completions", role: "listbox", id: "completions", "aria-label": "Completions" },
    open.items.map((one, i) => h("div", {
      key: one.id, class: `completion ${i === open.active ? "active" : ""}`, role: "option", "aria-selected": i === open.active ? "true" : "false",
      id: i === open.active ? "completion-active" : null, hook: { update: (el) => i === open.active && el.scrollIntoView({ block: "nearest" }) },
      onpointerdown: (event) => {
        event.preventDefault();
        accept(where, one);
      },
    }, h("span", { class: "completion-label" }, one.label), one.hint ? h("code", { class: "completion-hint" }, one.hint) : null,
    h("span", { class: "completion-more" }, one.more ?? ""))),
    h("div", { class: "completion-foot", "aria-hidden": "true" }, h("kbd", {}, "↑"), h("kbd", {}, "↓"), " choose · ", h("kbd", {}, "Tab"), " completes · ", h("kbd", {}, "Esc"), " closes"));
}

function typed(el, where) {
  const found = complete(el.value, el.selectionStart);
  update((s) => {
    s.drafts[where.key] = el.value;
    s.completion = found ? { ...found, key: where.key, active: 0 } : null;
    s.recalled = null;
  });
}

const close = () => state.completion && update((s) => {
  s.completion = null;
});

function keys(event, where) {
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  const open = state.completion?.key === where.key ? state.completion : null;
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

/** Walks through what was sent before; downwards ends at an empty line. */
function recall(where, step) {
  const at = (state.recalled ?? 0) + step;
  if (at > state.sent.length) return true;
  update((s) => {
    s.recalled = at || null;
    s.drafts[where.key] = at ? s.sent[s.sent.length - at] : "";
  });
  return true;
}

function accept(where, item) {
  const text = state.drafts[where.key] ?? "";
  const { from, to } = state.completion;
  const next = text.slice(0, from) + item.insert + text.slice(to).replace(/^ /, "");
  const el = document.activeElement;
  if (el?.classList.contains("composer-text")) {
    el.value = next;
    el.setSelectionRange(from + item.insert.length, from + item.insert.length);
  }
  update((s) => {
    s.drafts[where.key] = next;
    s.completion = null;
  });
}

export async function send(where) {
  const text = (state.drafts[where.key] ?? "").trim();
  if (!text || state.working.has(`send:${where.key}`)) return;
  if (text.startsWith("/") && where.threadTs) {
    toast(`${text.split(/\s/)[0]} is not supported in threads, as in Slack. Type it in the channel.`, "error");
    return;
  }
  remember(text, where);
  const sent = await working(`send:${where.key}`, () => attempt("Sending", () => deliver(text, where)));
  if (!sent || sent.error) update((s) => {
    s.drafts[where.key] ||= text;
  });
}

function remember(text, where) {
  update((s) => {
    s.drafts[where.key] = "";
    s.completion = null;
    s.recalled = null;
    s.newSince = null;
    s.sent = [...s.sent.filter((t) => t !== text), text].slice(-KEPT);
    memory.write("sent", s.sent);
  });
}

function deliver(text, { channel, threadTs }) {
  if (!text.startsWith("/")) return post("/page/message", { user: state.me, channel, text: encode(text), thread_ts: threadTs });
  const command = text.split(/\s+/)[0];
  return post("/page/command", { user: state.me, channel, command, text: text.slice(command.length).trim() });
}
