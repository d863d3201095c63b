// The frame of whatever stands at the side.
import { h } from "./vdom.js";
import { icon } from "./icons.js";
import { closeAside } from "./session.js";

export function pane({ key, title, more = "", kind }, ...children) {
  return h(
    "aside",
    { key, class: `aside ${kind}`, "aria-label": title },
    h(
      "header",
      { class: "bar" },
      h(
        "div",
        { class: "bar-words" },
        h("h2", { class: "bar-title" }, title),
        more ? h("span", { class: "bar-more" }, more) : null,
      ),
      h(
        "button",
        {
          class: "icon-button",
          type: "button",
          "aria-label": `Close ${title}`,
          title: "Close (Esc)",
          onclick: closeAside,
        },
        icon("close"),
      ),
    ),
    children,
  );
}
