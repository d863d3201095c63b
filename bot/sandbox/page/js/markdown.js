// The `markdown` block's text: the part of CommonMark and its tables that Slack draws, read into plain objects.
//   {type: "heading", level, parts} · {type: "pre", text} · {type: "quote", blocks} · {type: "rule"} ·
//   {type: "list", ordered, start, items: [{checked: null|bool, blocks}]} · {type: "table", rows, align} ·
//   {type: "para", parts}; the inline parts are those of mrkdwn.js.

const FENCE = /^\s*(```|~~~)/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const QUOTE = /^\s*>\s?(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** The blocks of a markdown text. */
export function parseMarkdown(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const blocks = [];
  while (lines.length) {
    if (lines[0].trim() === "") lines.shift();
    else blocks.push(nextBlock(lines));
  }
  return blocks;
}

function nextBlock(lines) {
  const first = lines[0];
  if (FENCE.test(first)) return fence(lines);
  if (HEADING.test(first)) return heading(lines.shift());
  if (RULE.test(first)) return rule(lines);
  if (QUOTE.test(first))
    return {
      type: "quote",
      blocks: parseMarkdown(
        takeWhile(lines, QUOTE)
          .map((l) => QUOTE.exec(l)[1])
          .join("\n"),
      ),
    };
  if (ITEM.test(first)) return list(lines);
  if (first.includes("|") && TABLE_RULE.test(lines[1] ?? "")) return table(lines);
  return paragraph(lines);
}

function fence(lines) {
  const mark = FENCE.exec(lines.shift())[1];
  const inside = [];
  while (lines.length && !lines[0].trim().startsWith(mark)) inside.push(lines.shift());
  lines.shift();
  return { type: "pre", text: inside.join("\n") };
}

function heading(line) {
  const [, marks, text] = HEADING.exec(line);
  return { type: "heading", level: marks.length, parts: parseSpans(text) };
}

function rule(lines) {
  lines.shift();
  return { type: "rule" };
}

function takeWhile(lines, pattern) {
  const taken = [];
  while (lines.length && pattern.test(lines[0])) taken.push(lines.shift());
  return taken;
}

function list(lines) {
  const [, indent, mark] = ITEM.exec(lines[0]);
  const ordered = /\d/.test(mark);
  const items = [];
  while (lines.length && sameList(lines[0], indent.length, ordered)) items.push(listItem(lines, indent.length));
  return { type: "list", ordered, start: parseInt(mark, 10) || 1, items };
}

function sameList(line, indent, ordered) {
  const found = ITEM.exec(line);
  return Boolean(found) && found[1].length === indent && /\d/.test(found[2]) === ordered;
}

function listItem(lines, indent) {
  const own = [ITEM.exec(lines.shift())[3]];
  while (lines.length && /^\s+\S/.test(lines[0]) && lines[0].search(/\S/) > indent) own.push(lines.shift());
  const task = /^\[([ xX])\]\s+(.*)$/.exec(own[0]);
  if (task) own[0] = task[2];
  const depth = Math.min(...own.slice(1).map((l) => l.search(/\S/)), 99);
  const text = [own[0], ...own.slice(1).map((l) => l.slice(depth))].join("\n");
  return { checked: task ? task[1] !== " " : null, blocks: parseMarkdown(text) };
}

const cells = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((c) => c.trim().replaceAll("\\|", "|"));

function table(lines) {
  const head = cells(lines.shift());
  const align = cells(lines.shift()).map((c) => (/^:.*:$/.test(c) ? "center" : c.endsWith(":") ? "right" : "left"));
  const body = takeWhile(lines, /\|/).map(cells);
  return { type: "table", align, rows: [head, ...body].map((row) => row.map(parseSpans)) };
}

const INTERRUPTS = [FENCE, HEADING, QUOTE, ITEM, RULE];

function paragraph(lines) {
  const own = [lines.shift()];
  while (lines.length && lines[0].trim() !== "" && !INTERRUPTS.some((p) => p.test(lines[0]))) own.push(lines.shift());
  return { type: "para", lines: own.map((line) => parseSpans(line.trim())) };
}

const SPANS = [
  [/^\\([\\`*_{}[\]()#+\-.!~|<>])/, (m) => ({ type: "text", text: m[1] })],
  [/^(`+)([^`]|[^`].*?[^`])\1(?!`)/, (m) => ({ type: "code", parts: [{ type: "text", text: m[2] }] })],
  [/^\*\*(?=\S)(.+?)\*\*/, (m) => ({ type: "bold", parts: parseSpans(m[1]) })],
  [/^__(?=\S)(.+?)__(?![\p{L}\p{N}])/u, (m) => ({ type: "bold", parts: parseSpans(m[1]) })],
  [/^~~(?=\S)(.+?)~~/, (m) => ({ type: "strike", parts: parseSpans(m[1]) })],
  [/^\*(?=[^\s*])(.+?)\*/, (m) => ({ type: "italic", parts: parseSpans(m[1]) })],
  [/^_(?=[^\s_])(.+?)_(?![\p{L}\p{N}])/u, (m) => ({ type: "italic", parts: parseSpans(m[1]) })],
  [
    /^!?\[([^\]]*)\]\(([^\s()]+(?:\([^\s()]*\))?)(?:\s+"[^"]*")?\)/,
    (m) => ({ type: "link", url: m[2], parts: parseSpans(m[1]) }),
  ],
  [/^<((?:https?:|mailto:)[^<>\s]+)>/, (m) => ({ type: "link", url: m[1], parts: [{ type: "text", text: m[1] }] })],
  [/^<@([A-Z0-9]+)>/, (m) => ({ type: "user", id: m[1], label: null })],
  [/^<#([A-Z0-9]+)>/, (m) => ({ type: "channel", id: m[1], label: null })],
  [
    /^https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]}'"]/,
    (m) => ({ type: "link", url: m[0], parts: [{ type: "text", text: m[0] }] }),
  ],
  [/^:([a-z0-9_+-]+):/, (m) => ({ type: "emoji", name: m[1] })],
];

/** One line's inline parts. */
export function parseSpans(text) {
  const parts = [];
  let rest = text;
  let before = "";
  while (rest) {
    const found = /^[\\`*_~![<h:]/.test(rest) ? firstSpan(rest, before) : null;
    const part = found ? found.part : { type: "text", text: rest[0] };
    append(parts, part);
    const length = found ? found.length : 1;
    before = rest[length - 1];
    rest = rest.slice(length);
  }
  return parts;
}

function firstSpan(rest, before) {
  if (/[\p{L}\p{N}]/u.test(before) && /^[_h:]/.test(rest)) return null;
  for (const [pattern, make] of SPANS) {
    const found = pattern.exec(rest);
    if (found) return { part: make(found), length: found[0].length };
  }
  return null;
}

function append(parts, part) {
  const last = parts.at(-1);
  if (part.type === "text" && last?.type === "text") last.text += part.text;
  else parts.push({ ...part });
}
