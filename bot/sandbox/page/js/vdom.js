// A small virtual DOM: draws a tree of plain objects and changes only what differs.
// Text always becomes a text node, and links keep only harmless schemes, so that no message can inject markup.
import { safeUrl } from "./links.js";

const SVG = "http://www.w3.org/2000/svg";
const AS_PROPERTY = new Set(["value", "checked", "indeterminate"]);
const LINKS = new Set(["href", "src", "xlink:href"]);
const FORBIDDEN = new Set(["innerHTML", "outerHTML", "srcdoc", "style"]);

/** One element: h("p", {class: "x", onclick: fn, key: 1}, "text", child, [more]). */
export function h(tag, props, ...children) {
  const { key = null, ...rest } = props ?? {};
  return { tag, key, props: rest, children: flatten(children, []), el: null };
}

function flatten(children, out) {
  for (const child of children) {
    if (Array.isArray(child)) flatten(child, out);
    else out.push(asNode(child));
  }
  return out;
}

function asNode(child) {
  if (child !== null && typeof child === "object") return child;
  const empty = child === null || child === undefined || child === false || child === true;
  return { text: empty ? "" : String(child), key: null, el: null };
}

let mounted = [];

/** Makes `root` show `next`; returns `next`, to be handed in as `previous` at the next call. */
export function render(root, previous, next) {
  if (previous) patch(previous, next, null);
  else root.replaceChildren(create(next, null));
  const waiting = mounted;
  mounted = [];
  for (const node of waiting) node.props.hook.mount(node.el);
  return next;
}

function create(node, ns) {
  if (node.tag === undefined) return (node.el = document.createTextNode(node.text));
  const space = node.tag === "svg" ? SVG : ns;
  const el = (node.el = space ? document.createElementNS(space, node.tag) : document.createElement(node.tag));
  for (const child of node.children) el.append(create(child, space));
  for (const [name, value] of Object.entries(node.props)) setProp(el, name, value, undefined);
  if (node.props.hook?.mount) mounted.push(node);
  return el;
}

const same = (a, b) => a.tag === b.tag && a.key === b.key;

function patch(old, next, ns) {
  if (old === next) return;
  if (!same(old, next)) return swap(old, next, ns);
  const el = (next.el = old.el);
  if (next.tag === undefined) {
    if (old.text !== next.text) el.data = next.text;
    return;
  }
  next.props.hook?.before?.(el);
  const space = next.tag === "svg" ? SVG : ns;
  patchChildren(el, old.children, next.children, space);
  patchProps(el, old.props, next.props);
  next.props.hook?.update?.(el);
}

function swap(old, next, ns) {
  const gone = old.el;
  unmount(old);
  gone.replaceWith(create(next, ns));
}

function unmount(node) {
  node.props?.hook?.unmount?.(node.el);
  for (const child of node.children ?? []) unmount(child);
}

function patchProps(el, old, next) {
  for (const name of Object.keys(old)) if (!(name in next)) setProp(el, name, undefined, old[name]);
  for (const [name, value] of Object.entries(next)) {
    // What a person typed since the last drawing is in the element only: properties are compared with the element.
    if (value !== old[name] || AS_PROPERTY.has(name)) setProp(el, name, value, old[name]);
  }
}

function patchChildren(el, olds, nexts, ns) {
  const pairs = match(olds, nexts);
  const kept = new Set(pairs);
  for (const old of olds) {
    if (kept.has(old)) continue;
    unmount(old);
    old.el.remove();
  }
  let cursor = el.firstChild;
  nexts.forEach((next, i) => {
    const old = pairs[i];
    if (old) patch(old, next, ns);
    const child = old ? next.el : create(next, ns);
    if (child === cursor) cursor = cursor.nextSibling;
    else el.insertBefore(child, cursor);
  });
}

/** For each new child the old one it continues, or null: by key, else by place among the keyless. */
function match(olds, nexts) {
  const keyed = new Map();
  const free = [];
  for (const old of olds) old.key === null ? free.push(old) : keyed.set(old.key, old);
  let place = 0;
  return nexts.map((next) => {
    const old = next.key === null ? free[place++] : keyed.get(next.key);
    return old && same(old, next) ? old : null;
  });
}

function setProp(el, name, value, old) {
  if (name === "hook" || FORBIDDEN.has(name)) return;
  if (name.startsWith("on")) listen(el, name.slice(2), value);
  else if (name === "vars") setVars(el, value ?? {}, old ?? {});
  else if (AS_PROPERTY.has(name)) setProperty(el, name, value);
  else if (LINKS.has(name)) setAttribute(el, name, safeUrl(value));
  else setAttribute(el, name, value);
}

function setProperty(el, name, value) {
  const wanted = value ?? (name === "value" ? "" : false);
  if (el[name] !== wanted) el[name] = wanted;
}

function setAttribute(el, name, value) {
  if (name.startsWith("aria-") && typeof value === "boolean") el.setAttribute(name, String(value));
  else if (value === undefined || value === null || value === false) el.removeAttribute(name);
  else el.setAttribute(name, value === true ? "" : String(value));
}

/** Style by CSSOM only (the page's policy refuses style attributes): {"--tint": "#123456", width: "40%"}. */
function setVars(el, vars, old) {
  for (const name of Object.keys(old)) if (!(name in vars)) el.style.removeProperty(name);
  for (const [name, value] of Object.entries(vars)) el.style.setProperty(name, value);
}

function listen(el, type, handler) {
  el.handlers ??= {};
  if (!(type in el.handlers)) el.addEventListener(type, (event) => el.handlers[type]?.(event));
  el.handlers[type] = typeof handler === "function" ? handler : null;
}
