// Buttons: plain, primary, danger, with a link; icon and feedback buttons.
import { h } from "../vdom.js";
import { icon } from "../icons.js";
import { safeUrl } from "../links.js";
import { withEmoji, words } from "../mrkdwn_view.js";
import { state } from "../store.js";

const hidden = (element) => element.visible_to_user_ids?.length && !element.visible_to_user_ids.includes(state.me);

export function button(element, at) {
  if (hidden(element)) return null;
  const busy = at.surface.isBusy(at.blockId, element);
  const props = {
    key: element.action_id,
    class: `button ${element.style ?? ""} ${busy ? "busy" : ""}`,
    "data-action": element.action_id,
    "aria-label": element.accessibility_label ?? null,
    "aria-busy": busy,
    onclick: (event) => press(event, element, at),
  };
  const label = h("span", { class: "button-label" }, withEmoji(element.text?.text ?? ""));
  if (element.url && safeUrl(element.url)) {
    return h(
      "a",
      { ...props, href: element.url, target: "_blank", rel: "noopener noreferrer" },
      label,
      icon("out", "link-mark"),
    );
  }
  return h("button", { ...props, type: "button" }, label);
}

const payload = (element) => ({ text: element.text, ...(element.value === undefined ? {} : { value: element.value }) });

function press(event, element, at) {
  if (at.surface.isBusy(at.blockId, element)) event.preventDefault();
  else at.surface.act(at.blockId, element, payload(element));
}

export function iconButton(element, at) {
  if (hidden(element)) return null;
  const busy = at.surface.isBusy(at.blockId, element);
  const name = element.accessibility_label ?? words(element.text);
  return h(
    "button",
    {
      class: `icon-button ${busy ? "busy" : ""}`,
      type: "button",
      "aria-label": name,
      title: words(element.text),
      "data-action": element.action_id,
      "aria-busy": busy,
      onclick: (event) => press(event, element, at),
    },
    icon(element.icon),
  );
}

export function feedbackButtons(element, at) {
  const one = (spec, glyph) =>
    h(
      "button",
      {
        class: `icon-button ${at.surface.isBusy(at.blockId, element) ? "busy" : ""}`,
        type: "button",
        title: words(spec.text),
        "aria-label": spec.accessibility_label ?? words(spec.text),
        onclick: () => at.surface.act(at.blockId, element, { text: spec.text, value: spec.value }),
      },
      icon(glyph),
    );
  return h(
    "span",
    { class: "feedback" },
    one(element.positive_button, "thumbUp"),
    one(element.negative_button, "thumbDown"),
  );
}
