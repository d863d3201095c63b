// Elements that are typed into: text, numbers, dates and times.
import { h } from "../vdom.js";
import { words } from "../mrkdwn_view.js";

const common = (element, at) => ({
  key: element.action_id,
  "data-action": element.action_id,
  "aria-label": at.label ?? (words(element.placeholder) || element.type.replaceAll("_", " ")),
  "aria-invalid": at.invalid ?? null,
  "data-autofocus": element.focus_on_load === true,
  placeholder: words(element.placeholder) || null,
});

/** Typing is held at once; it is sent when the element asks for it (`dispatch_action`). */
function typed(element, at, attributes) {
  const value = at.surface.valueOf(at.blockId, element).value ?? "";
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  return {
    ...common(element, at),
    class: "field",
    autocomplete: "off",
    value,
    minlength: element.min_length ?? null,
    maxlength: element.max_length ?? null,
    ...attributes,
    oninput: (event) => {
      at.surface.hold(at.blockId, element, { value: event.target.value || null });
      if (at.dispatch && triggers.includes("on_character_entered")) at.send(element);
    },
    onkeydown: (event) => {
      if (event.key !== "Enter" || !at.dispatch || !triggers.includes("on_enter_pressed") || event.shiftKey) return;
      event.preventDefault();
      at.send(element);
    },
  };
}

export function textInput(element, at) {
  if (element.multiline) return h("textarea", { ...typed(element, at, { rows: 4 }), class: "field area" });
  return h("input", typed(element, at, { type: "text" }));
}

export const numberInput = (element, at) =>
  h(
    "input",
    typed(element, at, {
      type: "text",
      inputmode: element.is_decimal_allowed ? "decimal" : "numeric",
      class: "field number",
    }),
  );

export const emailInput = (element, at) => h("input", typed(element, at, { type: "email" }));
export const urlInput = (element, at) => h("input", typed(element, at, { type: "url" }));

/** A rich text input, here without styles: its text is sent as one rich text section. */
export function richTextInput(element, at) {
  const held = at.surface.valueOf(at.blockId, element).rich_text_value;
  return h("textarea", {
    ...common(element, at),
    class: "field area",
    rows: 4,
    value: textOf(held),
    oninput: (event) => at.surface.hold(at.blockId, element, { rich_text_value: asRichText(event.target.value) }),
  });
}

const textOf = (value) =>
  (value?.elements ?? [])
    .flatMap((e) => e.elements ?? [])
    .map((e) => e.text ?? "")
    .join("");

function asRichText(text) {
  return text
    ? { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] }
    : null;
}

function picker(element, at, { type, value, onchange }) {
  const busy = at.surface.isBusy(at.blockId, element) ? "busy" : "";
  return h(
    "div",
    { key: element.action_id, class: `picker ${busy}` },
    h("input", { ...common(element, at), key: null, class: "field", type, value, onchange }),
  );
}

export const datePicker = (element, at) =>
  picker(element, at, {
    type: "date",
    value: at.surface.valueOf(at.blockId, element).selected_date ?? "",
    onchange: (event) => at.choose(element, { selected_date: event.target.value || null }),
  });

export const timePicker = (element, at) =>
  picker(element, at, {
    type: "time",
    value: at.surface.valueOf(at.blockId, element).selected_time ?? "",
    onchange: (event) => at.choose(element, { selected_time: event.target.value || null }),
  });

export const datetimePicker = (element, at) =>
  picker(element, at, {
    type: "datetime-local",
    value: localText(at.surface.valueOf(at.blockId, element).selected_date_time),
    onchange: (event) => at.choose(element, { selected_date_time: seconds(event.target.value) }),
  });

function localText(unix) {
  if (!unix) return "";
  const date = new Date(unix * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

const seconds = (text) => (text ? Math.floor(new Date(text).getTime() / 1000) : null);
