// The list of completions over the composer, and the hint on a command that is being typed.
import { h } from "./vdom.js";
import { calledCommand } from "./completion.js";
import { state, update } from "./store.js";

/** How the command in `text` is used, once its name is complete. */
export function usage(text) {
  const command = calledCommand(text);
  if (!command) return null;
  return h(
    "div",
    { class: "usage", role: "status" },
    h("code", {}, command.command),
    " ",
    h("span", { class: "usage-hint" }, command.usage_hint ?? ""),
    h("span", { class: "usage-more" }, command.description ?? ""),
  );
}

/** The completions that are open for a composer. */
export function suggestions(open, where) {
  return h(
    "div",
    { class: "completions", role: "listbox", id: "completions", "aria-label": "Completions" },
    open.items.map((one, i) => suggestion(one, i === open.active, where)),
    foot(),
  );
}

function suggestion(one, active, where) {
  return h(
    "div",
    {
      key: one.id,
      class: `completion ${active ? "active" : ""}`,
      role: "option",
      "aria-selected": active ? "true" : "false",
      id: active ? "completion-active" : null,
      hook: { update: (el) => active && el.scrollIntoView({ block: "nearest" }) },
      onpointerdown: (event) => {
        event.preventDefault();
        accept(where, one);
      },
    },
    h("span", { class: "completion-label" }, one.label),
    one.hint ? h("code", { class: "completion-hint" }, one.hint) : null,
    h("span", { class: "completion-more" }, one.more ?? ""),
  );
}

function foot() {
  return h(
    "div",
    { class: "completion-foot", "aria-hidden": "true" },
    h("kbd", {}, "↑"),
    h("kbd", {}, "↓"),
    " choose · ",
    h("kbd", {}, "Tab"),
    " completes · ",
    h("kbd", {}, "Esc"),
    " closes",
  );
}

/** Puts a completion in the place of what was typed of it. */
export function accept(where, item) {
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
