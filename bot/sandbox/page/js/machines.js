// The machine room: the hosts of the demo, and ways to break them.
import { h } from "./vdom.js";
import { attempt, get, post } from "./api.js";
import { pane } from "./pane.js";
import { state, update, working } from "./store.js";

const EVERY_MS = 2000;
let timer = null;

async function refresh() {
  try {
    const machines = await get(state.machinesUrl);
    update((s) => {
      s.machines = machines;
    });
  } catch (error) {
    console.warn("the machine room did not answer", error);
  }
}

/** Asks while the panel stands open; hosts send no events. */
const WATCH = {
  mount() {
    refresh();
    timer = setInterval(refresh, EVERY_MS);
  },
  unmount: () => clearInterval(timer),
};

const act = (name, action) =>
  working(`machine:${name}`, async () => {
    await attempt(`${action} ${name}`, () => post(`${state.machinesUrl}/${encodeURIComponent(name)}/${action}`, {}));
    await refresh();
  });

export function machines() {
  const list = state.machines;
  return pane(
    { key: "machines", title: "Machine room", more: list ? `${list.length} hosts` : "", kind: "panel" },
    h(
      "div",
      { class: "panel-body", hook: WATCH },
      h(
        "p",
        { class: "quiet" },
        "The hosts behind this workspace. Stop an app or pull a plug, and see what the bot makes of it.",
      ),
      list ? list.map(machine) : h("p", { class: "quiet" }, h("span", { class: "spinner" }), " Looking…"),
    ),
  );
}

/** The detail begins with it; the app itself may still run behind the pulled plug. */
const isPlugged = (m) => !(m.detail ?? "").startsWith("unplugged");

function machine(m) {
  const running = m.app === "running";
  const plugged = isPlugged(m);
  const mood = !plugged ? "off" : running ? "up" : "down";
  return h(
    "section",
    { key: m.name, class: `machine ${mood}`, "aria-label": m.name },
    h(
      "div",
      { class: "machine-head" },
      h("span", { class: `lamp ${mood}`, "aria-hidden": "true" }),
      h("h3", {}, m.name),
      h("span", { class: "machine-address" }, m.address ?? ""),
    ),
    facts(m),
    h(
      "div",
      { class: "actions" },
      running
        ? button(m, { label: "Stop app", action: "stop", kind: "danger" })
        : button(m, { label: "Start app", action: "start", kind: "primary", off: !m.release }),
      plugged
        ? button(m, { label: "Unplug", action: "unplug" })
        : button(m, { label: "Plug", action: "plug", kind: "primary" }),
    ),
  );
}

function facts(m) {
  return h(
    "dl",
    { class: "facts" },
    h("dt", {}, "App"),
    h("dd", {}, m.app),
    h("dt", {}, "Release"),
    h("dd", {}, m.release ? h("code", {}, m.release) : "none yet"),
    m.detail ? [h("dt", {}, "Detail"), h("dd", {}, m.detail)] : null,
  );
}

function button(m, { label, action, kind = "", off = false }) {
  const busy = state.working.has(`machine:${m.name}`);
  return h(
    "button",
    {
      class: `button small-button ${kind} ${busy ? "busy" : ""}`,
      type: "button",
      disabled: busy || off,
      "data-machine": `${m.name}:${action}`,
      onclick: () => act(m.name, action),
    },
    label,
  );
}
