// A message as the API gave it, for those who build the app.
import { h } from "./vdom.js";
import { dialog } from "./dialog.js";
import { icon } from "./icons.js";
import { state, update } from "./store.js";

export function inspect() {
  const text = JSON.stringify(state.dialog.item, null, 2);
  const close = () =>
    update((s) => {
      s.dialog = null;
    });
  return dialog(
    { key: "inspect", class: "dialog", label: "The message as JSON", onclose: close },
    h(
      "div",
      { class: "dialog-head" },
      h("h2", { class: "dialog-title" }, "The message as JSON"),
      h("button", { class: "icon-button", type: "button", "aria-label": "Close", onclick: close }, icon("close")),
    ),
    h("pre", { class: "dialog-scroll json", tabindex: "0" }, text),
  );
}
