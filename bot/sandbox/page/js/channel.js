// The middle of the page: a channel with its head, messages and composer.
import { h } from "./vdom.js";
import { composer } from "./composer.js";
import { icon } from "./icons.js";
import { channel } from "./people.js";
import { openDrawer } from "./sidebar.js";
import { retryNow } from "./session.js";
import { state, update } from "./store.js";
import { home } from "./home.js";
import { timeline } from "./timeline.js";

export function middle() {
  const isHome = state.place.kind === "home";
  const here = channel(state.place.id);
  return h(
    "main",
    { key: "main", class: "main", "aria-label": isHome ? "App Home" : `#${here?.name ?? ""}` },
    isHome
      ? bar("home", "App Home", "What the app shows to you alone")
      : bar(
          isDirect(here) ? "thread" : "hash",
          here?.name ?? "",
          isDirect(here) ? "Direct messages with the app" : here?.topic,
        ),
    lost(),
    isHome
      ? home()
      : here
        ? conversation(here)
        : h("p", { class: "quiet loading" }, state.link === "lost" ? "" : "Loading…"),
  );
}

const isDirect = (here) => here?.kind === "im";

function bar(glyph, title, more) {
  return h(
    "header",
    { class: "bar" },
    h(
      "button",
      { class: "icon-button drawer-button", type: "button", "aria-label": "Channels", onclick: openDrawer },
      icon("menu"),
    ),
    icon(glyph, "bar-icon"),
    h(
      "div",
      { class: "bar-words" },
      h("h2", { class: "bar-title" }, title),
      h("span", { class: "bar-more" }, more ?? ""),
    ),
    h("span", { class: "stand-in", title: "Nothing here reaches slack.com" }, "Not Slack: a sandbox"),
  );
}

function lost() {
  if (state.link !== "lost") return null;
  return h(
    "div",
    { key: "lost", class: "lost", role: "alert" },
    h("span", { class: "spinner" }),
    h("span", {}, "Connection lost. Trying again; what happens meanwhile will appear."),
    h("button", { class: "text-button", type: "button", onclick: retryNow }, "Try now"),
  );
}

function conversation(here) {
  const list = state.messages[here.id] ?? [];
  return h(
    "div",
    { key: here.id, class: "conversation" },
    timeline({
      key: here.id,
      channelId: here.id,
      list,
      pane: "timeline",
      label: `Messages in #${here.name}`,
      empty: welcome(here),
    }),
    composer(
      { key: here.id, channel: here.id },
      `Message ${isDirect(here) ? "" : "#"}${here.name}, or / for a command`,
    ),
  );
}

function welcome(here) {
  if (!state.messages[here.id]) return h("p", { class: "quiet" }, "Loading…");
  const start = (command) => {
    update((s) => {
      s.drafts[here.id] = `${command.command} `;
    });
    document.querySelector("#composer-main")?.focus();
  };
  const tries = state.commands
    .slice(0, 6)
    .map((c) =>
      h(
        "button",
        { key: c.command, class: "try", type: "button", onclick: () => start(c) },
        h("code", {}, c.command),
        h("span", {}, c.description ?? ""),
      ),
    );
  return h(
    "div",
    { class: "empty" },
    h("h2", {}, `This is the beginning of ${isDirect(here) ? "your messages with " : "#"}${here.name}`),
    h(
      "p",
      {},
      tries.length
        ? "Say something, or begin with a command:"
        : "No app has registered commands yet. Start the bot, and they appear here.",
    ),
    h("div", { class: "tries" }, tries),
  );
}
