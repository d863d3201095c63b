// Slack's mrkdwn, read into a tree of plain objects. Nothing is drawn here.
//   block:  {type: "pre"|"quote"|"item"|"line", ...}
//   inline: {type: "text", text} · {type: "bold"|"italic"|"strike", parts} · {type: "code", parts} ·
//           {type: "link", url, parts} · {type: "user"|"channel"|"group"|"range"|"date"|"emoji", ...}

const STYLES = { "*": "bold", _: "italic", "~": "strike" };
const ESCAPES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const WORD = /[\p{L}\p{N}]/u;
const BARE_URL = /^https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)\]}'"]/;
const EMOJI = /^:([a-z0-9_+'-]+(?:::[a-z0-9_-]+)?):/;

export const unescape = (text) => text.replace(/&(amp|lt|gt);/g, (entity) => ESCAPES[entity]);

/** The whole text as a list of blocks. `verbatim` leaves bare addresses alone. */
export function parseBlocks(text, { verbatim = false } = {}) {
  const blocks = [];
  text.split("```").forEach((piece, i, all) => {
    const closed = i < all.length - 1;
    if (i % 2 && closed) blocks.push({ type: "pre", parts: angles(piece.replace(/^\n/, "").replace(/\n$/, "")) });
    else blocks.push(...lines(trimAround(i % 2 ? "```" + piece : piece, i, all.length), verbatim));
  });
  return blocks;
}

/** A line break next to a preformatted block belongs to the block. */
function trimAround(piece, i, count) {
  let text = piece;
  if (i > 0) text = text.replace(/^\n/, "");
  if (i < count - 1) text = text.replace(/\n$/, "");
  return text;
}

function lines(text, verbatim) {
  if (text === "") return [];
  const blocks = [];
  for (const line of text.split("\n")) {
    const block = oneLine(line, verbatim);
    const last = blocks.at(-1);
    if (block.type === "quote" && last?.type === "quote") last.lines.push(...block.lines);
    else blocks.push(block);
  }
  return blocks;
}

function oneLine(line, verbatim) {
  const quoted = /^(?:&gt;|>)\s?(.*)$/.exec(line);
  if (quoted) return { type: "quote", lines: [parseInline(quoted[1], { verbatim })] };
  const item = /^(\s*)(•|◦|▪|-|\d+\.)\s+(.*)$/.exec(line);
  if (item) {
    return { type: "item", indent: item[1].length, mark: item[2], parts: parseInline(item[3], { verbatim }) };
  }
  return { type: "line", parts: parseInline(line, { verbatim }) };
}

/** One line's inline parts. */
export function parseInline(text, { verbatim = false } = {}) {
  const parts = [];
  let at = 0;
  let plain = "";
  const flush = () => {
    if (plain) parts.push({ type: "text", text: unescape(plain) });
    plain = "";
  };
  while (at < text.length) {
    const found = readAt(text, at, verbatim);
    if (found) {
      flush();
      parts.push(found.part);
      at += found.length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return parts;
}

function readAt(text, at, verbatim) {
  const char = text[at];
  if (char === "`") return readCode(text, at);
  if (char === "<") return readAngle(text, at);
  if (char === ":") return readEmoji(text, at);
  if (char in STYLES) return readStyle(text, at, verbatim);
  if (char === "h" && !verbatim && !isWord(text[at - 1])) return readBare(text, at);
  return null;
}

const isWord = (char) => char !== undefined && WORD.test(char);

function readCode(text, at) {
  const end = text.indexOf("`", at + 1);
  if (end <= at + 1) return null;
  return { part: { type: "code", parts: angles(text.slice(at + 1, end)) }, length: end - at + 1 };
}

/** Code keeps its characters, but names and links in angle brackets are still read. */
function angles(text) {
  return text
    .split(/(<[^<>\n]+>)/)
    .filter(Boolean)
    .map((piece) => {
      const found = piece.startsWith("<") ? readAngle(piece, 0) : null;
      return found ? found.part : { type: "text", text: unescape(piece) };
    });
}

function readEmoji(text, at) {
  const found = EMOJI.exec(text.slice(at, at + 64));
  return found && { part: { type: "emoji", name: found[1] }, length: found[0].length };
}

function readBare(text, at) {
  const found = BARE_URL.exec(text.slice(at));
  if (!found) return null;
  const url = unescape(found[0]);
  return { part: { type: "link", url, parts: [{ type: "text", text: url }] }, length: found[0].length };
}

/** *bold*: opens at a word's start, closes at a word's end, on one line. */
function readStyle(text, at, verbatim) {
  const mark = text[at];
  if (isWord(text[at - 1]) || isBlankOr(mark, text[at + 1])) return null;
  const end = closing(text, at, mark);
  if (end < 0) return null;
  const parts = parseInline(text.slice(at + 1, end), { verbatim });
  return { part: { type: STYLES[mark], parts }, length: end - at + 1 };
}

const isBlankOr = (mark, char) => char === undefined || char === mark || /\s/.test(char);

function closing(text, at, mark) {
  for (let end = at + 2; end < text.length; end += 1) {
    if (text[end] === "`") end = Math.max(end, text.indexOf("`", end + 1));
    else if (text[end] === "<") end = Math.max(end, text.indexOf(">", end + 1));
    else if (text[end] === mark && !/\s/.test(text[end - 1]) && !isWord(text[end + 1])) return end;
  }
  return -1;
}

/** <@U1>, <#C1>, <!here>, <!subteam^S1|@x>, <!date^…>, <url|label>. */
function readAngle(text, at) {
  const found = /^<([^<>\n]+)>/.exec(text.slice(at));
  if (!found) return null;
  const [target, label] = cut(found[1], "|");
  const part = special(target, label) ?? link(target, label);
  return part && { part, length: found[0].length };
}

function cut(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function special(target, label) {
  const name = label && unescape(label);
  if (target.startsWith("@")) return { type: "user", id: target.slice(1), label: name };
  if (target.startsWith("#")) return { type: "channel", id: target.slice(1), label: name };
  if (target.startsWith("!subteam^")) return { type: "group", id: target.slice(9), label: name };
  if (target.startsWith("!date^")) return date(target, name);
  if (target.startsWith("!")) return { type: "range", name: cut(target.slice(1), "^")[0], label: name };
  return null;
}

function date(target, fallback) {
  const [, ts, pattern, ...link] = target.split("^");
  return {
    type: "date",
    ts,
    pattern: unescape(pattern ?? ""),
    url: link.length ? unescape(link.join("^")) : null,
    fallback,
  };
}

function link(target, label) {
  const url = unescape(target);
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) return null;
  const parts = label ? parseInline(label, { verbatim: true }) : [{ type: "text", text: url.replace(/^mailto:/, "") }];
  return { type: "link", url, parts };
}
