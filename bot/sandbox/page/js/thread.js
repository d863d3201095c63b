// The thread pane.
import { h } from "./vdom.js";
import { composer } from "./composer.js";
import { threadKey } from "./feed.js";
import { pane } from "./pane.js";
import { channel } from "./people.js";
import { state } from "./store.js";
import { timeline } from "./timeline.js";

export function thread() {
  const { channel: channelId, ts } = state.aside;
  const list = state.threads[threadKey(channelId, ts)] ?? [];
  const name = channel(channelId)?.name;
  return pane(
    { key: `thread-${ts}`, title: "Thread", more: name ? `#${name}` : "", kind: "thread" },
    timeline({
      key: `thread-${ts}`,
      channelId,
      list,
      pane: "thread",
      label: "Thread",
      empty: h("p", { class: "quiet" }, "Loading…"),
    }),
    composer({ key: `${channelId}:${ts}`, channel: channelId, threadTs: ts }, "Reply in the thread"),
  );
}
