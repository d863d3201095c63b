// App Home: the view the app published for this person.
import { h } from "./vdom.js";
import { blocks } from "./blocks/index.js";
import { icon } from "./icons.js";
import { state } from "./store.js";
import { viewSurface } from "./surface.js";

export function home() {
  return h(
    "div",
    { class: "home scroller", tabindex: "0", role: "region", "aria-label": "App Home" },
    h("div", { class: "home-page" }, inside()),
  );
}

function inside() {
  if (state.home === undefined)
    return h("p", { class: "quiet" }, h("span", { class: "spinner" }), " Asking the app for your home tab…");
  if (state.home?.blocks) return blocks(state.home.blocks, viewSurface(state.home));
  return h(
    "div",
    { class: "empty" },
    icon("home", "large"),
    h("h2", {}, "Nothing here yet"),
    h(
      "p",
      {},
      "The app publishes its home tab when you open this page. ",
      state.sockets ? "It has been told that you are here." : "It is not connected now: start it, and come back.",
    ),
  );
}
