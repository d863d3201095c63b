// The question before an action: Slack's confirmation dialog object.
import { h } from "./vdom.js";
import { dialog } from "./dialog.js";
import { rich, words } from "./mrkdwn_view.js";
import { state, update } from "./store.js";

/** Asks; resolves to true if the person confirms. */
export function ask(question) {
  return new Promise((resolve) => {
    update((s) => {
      s.confirm = { question, resolve };
    });
  });
}

function answer(yes) {
  const { resolve } = state.confirm;
  update((s) => {
    s.confirm = null;
  });
  resolve(yes);
}

export function confirmDialog() {
  if (!state.confirm) return null;
  const { question } = state.confirm;
  const danger = question.style === "danger";
  const title = words(question.title) || "Are you sure?";
  const deny = { class: "button", type: "button", onclick: () => answer(false), "data-autofocus": danger };
  const go = {
    class: `button ${danger ? "danger" : "primary"} filled`,
    type: "button",
    onclick: () => answer(true),
    "data-autofocus": !danger,
  };
  return dialog(
    { key: "confirm", class: "dialog confirm", label: title, role: "alertdialog", onclose: () => answer(false) },
    h("h2", { class: "dialog-title" }, title),
    h("div", { class: "confirm-text" }, rich(question.text)),
    h(
      "div",
      { class: "dialog-foot" },
      h("button", deny, words(question.deny) || "Cancel"),
      h("button", go, words(question.confirm) || "Yes"),
    ),
  );
}
