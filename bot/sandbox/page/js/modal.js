// The stack of modals an app has opened for this person: at most three, the newest in front.
import { h } from "./vdom.js";
import { attempt, post } from "./api.js";
import { blocks } from "./blocks/index.js";
import { dialog } from "./dialog.js";
import { icon } from "./icons.js";
import { words } from "./mrkdwn_view.js";
import { state, update, working } from "./store.js";
import { viewSurface } from "./surface.js";

export function modals() {
  return state.views.map((view, i) => modal(view, i, state.views.length));
}

function modal(view, i, count) {
  const surface = viewSurface(view);
  const title = words(view.title);
  const behind = count - 1 - i;
  return dialog(
    {
      key: view.id,
      class: `dialog modal ${behind ? "behind" : ""}`,
      label: title,
      sticky: true,
      "data-view": view.id,
      vars: { "--behind": behind },
      onclose: () => close(view),
    },
    head(view, title, i),
    h("div", { class: "dialog-scroll" }, complaint(view), blocks(view.blocks, surface)),
    foot(view, surface),
  );
}

function head(view, title, depth) {
  const button = (label, glyph) =>
    h(
      "button",
      { class: "icon-button", type: "button", "aria-label": label, title: label, onclick: () => close(view) },
      icon(glyph),
    );
  return h(
    "div",
    { class: "dialog-head" },
    depth ? button("Back", "left") : null,
    h("h2", { class: "dialog-title" }, title),
    depth ? h("span", { class: "depth" }, `${depth + 1} of 3`) : null,
    depth ? null : button("Close", "close"),
  );
}

function complaint(view) {
  const text = state.complaints?.[view.id];
  return text ? h("div", { class: "alert error", role: "alert" }, icon("error"), h("div", {}, text)) : null;
}

function foot(view, surface) {
  const busy = state.working.has(`submit:${view.id}`);
  const needsSubmit = view.submit || view.blocks.some((b) => b.type === "input");
  return h(
    "div",
    { class: "dialog-foot" },
    h(
      "button",
      { class: "button", type: "button", onclick: () => close(view) },
      words(view.close) || (needsSubmit ? "Cancel" : "Close"),
    ),
    needsSubmit
      ? h(
          "button",
          {
            class: `button primary filled ${busy ? "busy" : ""}`,
            type: "button",
            "aria-busy": busy,
            "data-submit": true,
            onclick: () => submit(view, surface),
          },
          h("span", { class: "button-label" }, words(view.submit) || "Submit"),
        )
      : null,
  );
}

/** Sends the form. What the app answers arrives as events; complaints about fields come back at once. */
async function submit(view, surface) {
  const reply = await working(`submit:${view.id}`, () =>
    attempt("Sending the form", () =>
      post("/page/view/submit", { user: state.me, view_id: view.id, values: surface.values() }),
    ),
  );
  if (!reply) return;
  surface.touch(() => {
    surface.errors = reply.errors ?? {};
    state.complaints = {
      [view.id]: reply.error ? `The app did not take the form (${reply.error}). Nothing was changed; try again.` : null,
    };
  });
  if (reply.errors) focusFirstError(view);
}

function focusFirstError(view) {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const field = document.querySelector(`[data-view="${CSS.escape(view.id)}"] [aria-invalid="true"]`);
      field?.focus();
      field?.scrollIntoView({ block: "center" });
    }),
  );
}

async function close(view) {
  const done = await attempt("Closing", () => post("/page/view/close", { user: state.me, view_id: view.id }));
  if (!done)
    update((s) => {
      s.views = s.views.filter((v) => v.id !== view.id);
    });
}
