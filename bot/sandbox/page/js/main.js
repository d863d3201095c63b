// Draws the whole page from the state.
import { h, render } from "./vdom.js";
import { middle } from "./channel.js";
import { confirmDialog } from "./confirm.js";
import { faults } from "./faults.js";
import { unread } from "./feed.js";
import { inspect } from "./inspect.js";
import { machines } from "./machines.js";
import { modals } from "./modal.js";
import { channel } from "./people.js";
import { watchPopups } from "./popup.js";
import { start } from "./session.js";
import { shortcuts, watchKeys } from "./shortcuts.js";
import { sidebar } from "./sidebar.js";
import { onDraw, state, update } from "./store.js";
import { switcher } from "./switcher.js";
import { applyTheme } from "./theme.js";
import { thread } from "./thread.js";
import { toasts } from "./toasts.js";

const ASIDES = { thread, machines, faults };
const DIALOGS = { switcher, shortcuts, inspect };

function page() {
  const aside = state.aside ? ASIDES[state.aside.kind]() : null;
  return h(
    "div",
    { class: `page ${aside ? "with-aside" : ""}` },
    sidebar(),
    h("div", { key: "veil", class: "veil", onclick: closeDrawer }),
    middle(),
    aside,
    modals(),
    state.dialog ? DIALOGS[state.dialog.kind]() : null,
    confirmDialog(),
    toasts(),
  );
}

const closeDrawer = () =>
  update((s) => {
    s.drawer = false;
  });

function title() {
  const fresh = state.channels.reduce((sum, c) => sum + unread(c.id).count, 0);
  const place = state.place.kind === "home" ? "App Home" : `#${channel(state.place.id)?.name ?? ""}`;
  return `${fresh ? `(${fresh}) ` : ""}${place} · Sandbox workspace`;
}

let drawn = null;

onDraw(() => {
  drawn = render(document.getElementById("app"), drawn, page());
  document.title = title();
});

applyTheme();
watchKeys();
watchPopups();
start();
