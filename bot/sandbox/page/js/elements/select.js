// Select menus of one or many, with type-ahead.
import { h } from "../vdom.js";
import { icon } from "../icons.js";
import { withEmoji, words } from "../mrkdwn_view.js";
import { changePopup, closePopup, openPopup, popupOf, POPUP_HOOK } from "../popup.js";
import { state } from "../store.js";
import { chosen, fieldOf, filtered, groupsOf, isMulti, suggest } from "./options.js";

const isExternal = (element) => element.type.endsWith("external_select");
const keyOf = (element, at) => `${at.surface.key}|${at.blockId}|${element.action_id}`;

export function select(element, at) {
  const key = keyOf(element, at);
  const open = popupOf(key);
  const busy = at.surface.isBusy(at.blockId, element);
  return h(
    "div",
    { key: element.action_id, class: `select ${isMulti(element) ? "multi" : ""} ${busy ? "busy" : ""}` },
    box(element, at, key, open),
    open ? list(element, at, key, open) : null,
  );
}

function box(element, at, key, open) {
  const picked = chosen(element, at.surface.valueOf(at.blockId, element));
  const placeholder = words(element.placeholder) || (isMulti(element) ? "Choose options" : "Choose an option");
  const name = at.label ?? placeholder;
  return h(
    "div",
    {
      class: "select-box",
      role: "combobox",
      tabindex: "0",
      "data-popup": key,
      "data-action": element.action_id,
      "aria-haspopup": "listbox",
      "aria-expanded": open ? "true" : "false",
      "aria-invalid": at.invalid ?? null,
      "aria-label": picked.length ? `${name}: ${picked.map((o) => o.label).join(", ")}` : name,
      onclick: () => (open ? closePopup() : openList(element, at, key)),
      onkeydown: (event) => boxKeys(event, element, at, key),
    },
    h("div", { class: "select-value" }, value(element, at, picked, placeholder)),
    icon("chevron"),
  );
}

function value(element, at, picked, placeholder) {
  if (picked.length === 0) return h("span", { class: "placeholder" }, placeholder);
  if (!isMulti(element)) return h("span", {}, withEmoji(picked[0].label));
  return picked.map((option) =>
    h(
      "span",
      { key: option.id, class: "chip" },
      withEmoji(option.label),
      h(
        "button",
        {
          type: "button",
          "aria-label": `Remove ${option.label}`,
          onclick: (event) => {
            event.stopPropagation();
            take(
              element,
              at,
              picked.filter((o) => o.id !== option.id),
            );
          },
        },
        icon("close"),
      ),
    ),
  );
}

function boxKeys(event, element, at, key) {
  if (event.target !== event.currentTarget) return;
  const opens = ["Enter", " ", "ArrowDown", "ArrowUp"].includes(event.key);
  const types = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey;
  if (event.key === "Backspace" || event.key === "Delete") clear(element, at);
  if (!opens && !types) return;
  event.preventDefault();
  openList(element, at, key, types ? event.key : "");
}

function openList(element, at, key, query = "") {
  openPopup(at.surface, key, { query, groups: isExternal(element) ? [] : groupsOf(element) });
  if (isExternal(element)) suggest(element, at, key, query);
}

function clear(element, at) {
  const picked = chosen(element, at.surface.valueOf(at.blockId, element));
  if (picked.length && (isMulti(element) || at.optional))
    take(element, at, isMulti(element) ? picked.slice(0, -1) : []);
}

const shownOptions = (element, open) => (isExternal(element) ? open.groups : filtered(open.groups, open.query));

function list(element, at, key, open) {
  const groups = shownOptions(element, open);
  const flat = groups.flatMap((g) => g.options);
  const picked = new Set(chosen(element, at.surface.valueOf(at.blockId, element)).map((o) => o.id));
  const index = new Map(flat.map((o, i) => [o, i]));
  return h(
    "div",
    { class: "pop", popover: "manual", "data-of": key, hook: POPUP_HOOK },
    search(element, at, key, open, flat.length),
    h(
      "div",
      { class: "pop-list", role: "listbox", id: "pop-list", "aria-multiselectable": isMulti(element) ? "true" : null },
      groups.map((g, i) => group(g, i, (o) => row(element, at, o, index.get(o) === open.active, picked.has(o.id)))),
      note(open, flat),
    ),
  );
}

function search(element, at, key, open, count) {
  return h(
    "div",
    { class: "pop-search" },
    icon("search"),
    h("input", {
      type: "text",
      value: open.query,
      role: "searchbox",
      "aria-label": "Search options",
      "aria-controls": "pop-list",
      placeholder: "Search",
      autocomplete: "off",
      "aria-activedescendant": count ? "pop-active" : null,
      oninput: (event) => {
        changePopup({ query: event.target.value, active: 0 });
        if (isExternal(element)) suggest(element, at, key, event.target.value);
      },
      onkeydown: (event) => listKeys(event, element, at),
    }),
  );
}

function note(open, flat) {
  if (open.loading) return h("div", { class: "pop-note" }, h("span", { class: "spinner" }), " Asking the app…");
  if (open.message) return h("div", { class: "pop-note" }, open.message);
  return flat.length ? null : h("div", { class: "pop-note" }, `Nothing matches “${open.query}”`);
}

function group(one, i, draw) {
  const label = one.label ? h("div", { class: "pop-group", role: "presentation" }, one.label) : null;
  return h("div", { key: `group-${i}`, role: "group", "aria-label": one.label }, label, one.options.map(draw));
}

function row(element, at, option, active, picked) {
  return h(
    "div",
    {
      key: option.id,
      class: `option ${active ? "active" : ""}`,
      role: "option",
      id: active ? "pop-active" : null,
      "aria-selected": picked ? "true" : "false",
      onclick: () => toggle(element, at, option),
    },
    h("span", { class: "option-mark" }, picked ? icon("check") : null),
    h(
      "span",
      { class: "option-text" },
      h("span", {}, withEmoji(option.label)),
      option.description ? h("span", { class: "option-more" }, withEmoji(option.description)) : null,
    ),
  );
}

/** Keys may come faster than the list is drawn: what they mean is read from the state. */
function listKeys(event, element, at) {
  const open = state.popup;
  const flat = shownOptions(element, open).flatMap((g) => g.options);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
  if (event.key in steps && flat.length) {
    event.preventDefault();
    const wrapped =
      Math.abs(steps[event.key]) === 1 ? (open.active + steps[event.key] + flat.length) % flat.length : null;
    changePopup({ active: wrapped ?? Math.max(0, Math.min(flat.length - 1, open.active + steps[event.key])) });
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (flat[open.active]) toggle(element, at, flat[open.active]);
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closePopup();
  }
}

function toggle(element, at, option) {
  if (!isMulti(element)) {
    closePopup();
    return take(element, at, [option]);
  }
  const picked = chosen(element, at.surface.valueOf(at.blockId, element));
  const has = picked.some((o) => o.id === option.id);
  if (!has && picked.length >= (element.max_selected_items ?? Infinity)) {
    return changePopup({ message: `At most ${element.max_selected_items} may be chosen` });
  }
  return take(element, at, has ? picked.filter((o) => o.id !== option.id) : [...picked, option]);
}

function take(element, at, options) {
  const values = options.map((o) => o.value);
  return at.choose(element, { [fieldOf(element)]: isMulti(element) ? values : (values[0] ?? null) });
}
