// Checkboxes and radio buttons.
import { h } from "../vdom.js";
import { inline } from "../mrkdwn_view.js";

const nameOf = (element, at) => `${at.surface.key}|${at.blockId}|${element.action_id}`;

function one(element, at, option, i, { type, checked, onchange }) {
  return h(
    "label",
    { key: i, class: "choice" },
    h("input", {
      type,
      name: nameOf(element, at),
      checked,
      value: option.value,
      onchange,
      "aria-invalid": at.invalid ?? null,
    }),
    h(
      "span",
      { class: "choice-text" },
      inline(option.text),
      option.description ? h("span", { class: "choice-more" }, inline(option.description)) : null,
    ),
  );
}

function frame(element, at, role, rows) {
  const busy = at.surface.isBusy(at.blockId, element) ? "busy" : "";
  return h(
    "div",
    {
      key: element.action_id,
      class: `choices ${busy}`,
      role,
      "aria-label": at.label ?? null,
      "data-action": element.action_id,
    },
    rows,
  );
}

export function checkboxes(element, at) {
  const held = at.surface.valueOf(at.blockId, element).selected_options;
  const has = (option) => held.some((o) => o.value === option.value);
  const rows = element.options.map((option, i) =>
    one(element, at, option, i, {
      type: "checkbox",
      checked: has(option),
      onchange: () =>
        at.choose(element, {
          selected_options: has(option) ? held.filter((o) => o.value !== option.value) : [...held, option],
        }),
    }),
  );
  return frame(element, at, "group", rows);
}

export function radioButtons(element, at) {
  const held = at.surface.valueOf(at.blockId, element).selected_option;
  const rows = element.options.map((option, i) =>
    one(element, at, option, i, {
      type: "radio",
      checked: held?.value === option.value,
      onchange: () => at.choose(element, { selected_option: option }),
    }),
  );
  return frame(element, at, "radiogroup", rows);
}
