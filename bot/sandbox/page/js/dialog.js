// A modal dialog: the browser's own <dialog>, with the focus kept inside and Esc closing it.
import { h } from "./vdom.js";
import { closePopup } from "./popup.js";
import { state } from "./store.js";

const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), [tabindex='0']";

/** `onclose` is called for Esc and for a click beside the dialog (unless `sticky`). */
export function dialog({ key, label, onclose, sticky = false, ...props }, ...children) {
  const hook = { mount: open, unmount: (el) => el.close() };
  const listeners = {
    oncancel: (event) => cancel(event, onclose),
    onkeydown: (event) => keys(event, onclose),
    onpointerdown: (event) => {
      if (!sticky && event.target === event.currentTarget) onclose();
    },
  };
  return h(
    "dialog",
    { key, "aria-label": label, hook, ...listeners, ...props },
    h("div", { class: "dialog-body" }, children),
  );
}

function open(el) {
  el.showModal();
  const first =
    el.querySelector("[data-autofocus]") ??
    el.querySelector("input, textarea, .select-box") ??
    el.querySelector(FOCUSABLE);
  first?.focus();
}

function cancel(event, onclose) {
  event.preventDefault();
  if (event.target === event.currentTarget) onclose();
}

function keys(event, onclose) {
  if (event.key === "Tab") trap(event);
  if (event.key !== "Escape" || event.defaultPrevented) return;
  event.preventDefault();
  event.stopPropagation();
  state.popup ? closePopup() : onclose();
}

/** Keeps Tab among the dialog's own elements; the browser's bar would come next otherwise. */
function trap(event) {
  const all = [...event.currentTarget.querySelectorAll(FOCUSABLE)].filter(
    (el) => el.offsetParent !== null && el.tabIndex >= 0,
  );
  const edge = event.shiftKey ? all[0] : all.at(-1);
  if (all.length === 0 || document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? all.at(-1) : all[0]).focus();
}
