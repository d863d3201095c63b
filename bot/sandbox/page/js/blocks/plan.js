// plan and task_card: what is done, under way, to come, or failed.
import { h } from "../vdom.js";
import { icon } from "../icons.js";
import { link, withEmoji } from "../mrkdwn_view.js";
import { richText } from "./rich_text.js";

const STATUS = {
  pending: "Pending",
  in_progress: "In progress",
  complete: "Complete",
  error: "Failed",
};

function mark(status) {
  const inside = {
    complete: icon("check"),
    error: icon("close"),
    in_progress: h("span", { class: "spinner" }),
    pending: null,
  };
  return h(
    "span",
    {
      class: `task-mark ${status}`,
      role: "img",
      "aria-label": STATUS[status] ?? status,
      title: STATUS[status] ?? status,
    },
    inside[status] ?? null,
  );
}

export function plan(block) {
  const tasks = block.tasks ?? [];
  const done = tasks.filter((t) => t.status === "complete").length;
  const failed = tasks.some((t) => t.status === "error");
  const running = tasks.some((t) => t.status === "in_progress");
  const share = { width: `${tasks.length ? (100 * done) / tasks.length : 0}%` };
  return h(
    "section",
    { class: `plan ${failed ? "failed" : running ? "running" : ""}`, "aria-label": block.title },
    h(
      "div",
      { class: "plan-head" },
      h("span", { class: "plan-title" }, withEmoji(block.title)),
      h("span", { class: "plan-count" }, `${done} of ${tasks.length}`),
    ),
    h("div", { class: "plan-bar", "aria-hidden": "true" }, h("div", { vars: share })),
    h(
      "ol",
      { class: "tasks" },
      tasks.map((task, i) => h("li", { key: task.task_id ?? i }, row(task))),
    ),
  );
}

export const taskCard = (block) => h("div", { class: "task-alone" }, row(block));

/** Details show with the title; what a task put out folds away unless it failed. */
function row(task) {
  return h(
    "div",
    { class: `task ${task.status}`, "data-task": task.task_id },
    mark(task.status),
    h(
      "div",
      { class: "task-body" },
      h("div", { class: "task-title" }, withEmoji(task.title)),
      task.details ? h("div", { class: "task-details" }, richText(task.details)) : null,
      task.output ? output(task) : null,
      task.sources?.length
        ? h(
            "div",
            { class: "task-sources" },
            task.sources.map((s, i) => h("span", { key: i }, link(s.url, s.text))),
          )
        : null,
    ),
  );
}

function output(task) {
  return h(
    "details",
    { class: "task-output", open: task.status === "error" || task.status === "in_progress" },
    h("summary", {}, icon("right"), "Output"),
    richText(task.output),
  );
}
