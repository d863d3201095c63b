// Light, dark, or as the system is.
import * as memory from "./memory.js";
import { state, update } from "./store.js";

export const THEMES = {
  auto: { name: "as the system", glyph: "auto", next: "light" },
  light: { name: "light", glyph: "sun", next: "dark" },
  dark: { name: "dark", glyph: "moon", next: "auto" },
};

export function applyTheme() {
  document.documentElement.dataset.theme = state.theme;
}

export function nextTheme() {
  update((s) => {
    s.theme = THEMES[s.theme].next;
  });
  memory.write("theme", state.theme);
  applyTheme();
}
