// The "…" menu.
import { h } from "../vdom.js";
import { icon } from "../icons.js";
import { safeUrl } from "../links.js";
import { withEmoji, words } from "../mrkdwn_view.js";
import { closePopup, openPopup, popupOf, POPUP_HOOK } from "../popup.js";

export function overflow(element, at) {
  const key = `${at.surface.key}|${at.blockId}|${element.action_id}`;
  const open = popupOf(key);
  const busy = at.surface.isBusy(at.blockId, element);
  return h(
    "div",
    { key: element.action_id, class: "overflow" },
    h(
      "button",
      {
        class: `icon-button framed ${busy ? "busy" : ""}`,
        type: "button",
        "data-popup": key,
        "data-action": element.action_id,
        "aria-label": "More actions",
        "aria-haspopup": "menu",
        "aria-expanded": open ? "true" : "false",
        onclick: () => (open ? closePopup() : openPopup(at.surface, key)),
      },
      icon("dots"),
    ),
    open ? menu(element, at, key) : null,
  );
}

function menu(element, at, key) {
  const rows = element.options.map((option, i) =>
    h(
      "button",
      {
        key: i,
        class: "option",
        role: "menuitem",
        type: "button",
        onclick: () => pick(element, at, option),
      },
      h(
        "span",
        { class: "option-text" },
        h("span", {}, withEmoji(option.text.text)),
        option.description ? h("span", { class: "option-more" }, words(option.description)) : null,
      ),
    ),
  );
  return h(
    "div",
    {
      class: "pop align-end",
      popover: "manual",
      role: "menu",
      tabindex: "-1",
      "data-of": key,
      hook: MENU_HOOK,
      onkeydown: keys,
    },
    rows,
  );
}

const MENU_HOOK = {
  ...POPUP_HOOK,
  mount(el) {
    POPUP_HOOK.mount(el);
    el.querySelector(".option")?.focus();
  },
};

function keys(event) {
  const rows = [...event.currentTarget.querySelectorAll(".option")];
  const at = rows.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    rows[(at + step + rows.length) % rows.length].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closePopup();
  }
}

function pick(element, at, option) {
  closePopup();
  if (option.url && safeUrl(option.url)) window.open(option.url, "_blank", "noopener,noreferrer");
  at.surface.act(at.blockId, element, { selected_option: option });
}
