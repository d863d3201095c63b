// The one open list on the page (a select's options, an overflow menu): its state, place and keys.
import { state, update } from "./store.js";

const GAP = 4;
const EDGE = 8;

/** Opens the list `key` of a surface; `more` holds what its element needs (query, groups, …). */
export function openPopup(surface, key, more = {}) {
  closePopup();
  surface.touch(() => {
    state.popup = { surface, key, query: "", active: 0, loading: false, groups: [], ...more };
  });
}

export function changePopup(change) {
  state.popup?.surface.touch(() => Object.assign(state.popup, change));
}

/** Closes the open list and gives the focus back to what opened it. */
export function closePopup({ refocus = true } = {}) {
  const open = state.popup;
  if (!open) return;
  const opener = refocus && document.querySelector(`[data-popup="${CSS.escape(open.key)}"]`);
  open.surface.touch(() => {
    state.popup = null;
  });
  if (opener) opener.focus();
}

export const popupOf = (key) => (state.popup?.key === key ? state.popup : null);

/** The hook of a list's element: shows it above everything, beside its opener. */
export const POPUP_HOOK = {
  mount(el) {
    el.showPopover();
    place(el);
    (el.querySelector("input") ?? el).focus();
  },
  update(el) {
    place(el);
    el.querySelector(".active")?.scrollIntoView({ block: "nearest" });
  },
};

function place(el) {
  const opener = document.querySelector(`[data-popup="${CSS.escape(el.dataset.of)}"]`);
  if (!opener) return;
  const box = opener.getBoundingClientRect();
  el.style.minWidth = `${Math.min(box.width, 420)}px`;
  const below = innerHeight - box.bottom - GAP - EDGE;
  const above = box.top - GAP - EDGE;
  const upward = el.scrollHeight > below && above > below;
  el.style.maxHeight = `${Math.max(120, Math.min(340, upward ? above : below))}px`;
  const left = el.classList.contains("align-end") ? box.right - el.offsetWidth : box.left;
  el.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - el.offsetWidth - EDGE))}px`;
  el.style.top = `${upward ? box.top - GAP - el.offsetHeight : box.bottom + GAP}px`;
}

function placeOpen() {
  const el = document.querySelector(".pop");
  if (el) place(el);
}

/** Closes the list at a click elsewhere; moves it along when the page scrolls. */
export function watchPopups() {
  addEventListener(
    "pointerdown",
    (event) => {
      const inside = event.target.closest?.(".pop, [data-popup]");
      if (state.popup && !inside) closePopup({ refocus: false });
    },
    true,
  );
  addEventListener("scroll", placeOpen, true);
  addEventListener("resize", placeOpen);
  update();
}
