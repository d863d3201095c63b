// Pictures, files and videos. Only this server's own pictures are loaded: the page asks nobody else for anything.
import { h } from "../vdom.js";
import { icon } from "../icons.js";
import { isOwn } from "../links.js";
import { link, withEmoji, words } from "../mrkdwn_view.js";

const addressOf = (spec) => spec.image_url ?? spec.slack_file?.url ?? null;

/** A small picture beside or within text. */
export function smallImage(spec, size = "tiny") {
  const address = addressOf(spec);
  const alt = spec.alt_text ?? "";
  if (isOwn(address)) return h("img", { class: `picture ${size}`, src: address, alt, title: alt, loading: "lazy" });
  return h(
    "span",
    { class: `picture absent ${size}`, role: "img", "aria-label": alt, title: `${alt} (${address ?? "no address"})` },
    icon("image"),
  );
}

export function image(block) {
  const address = addressOf(block);
  const title = block.title ? h("figcaption", {}, withEmoji(block.title.text)) : null;
  const picture = isOwn(address)
    ? h("img", { class: "picture large", src: address, alt: block.alt_text, loading: "lazy" })
    : h(
        "div",
        { class: "elsewhere" },
        icon("image"),
        h("div", {}, h("div", {}, block.alt_text || "Picture"), elsewhere(address)),
      );
  return h("figure", { class: "figure" }, title, picture);
}

const hostOf = (address) => /^[a-z]+:\/\/([^/]+)/i.exec(address ?? "")?.[1] ?? "elsewhere";
const elsewhere = (address) =>
  address ? h("div", { class: "small" }, link(address, `Open at ${hostOf(address)}`)) : null;

export function video(block) {
  const by = [block.author_name, block.provider_name].filter(Boolean).join(" · ");
  return h(
    "div",
    { class: "media-card" },
    h("div", { class: "media-icon" }, icon("video")),
    h(
      "div",
      { class: "media-text" },
      h("div", { class: "media-title" }, link(block.title_url ?? block.video_url, words(block.title))),
      by ? h("div", { class: "small" }, by) : null,
      block.description ? h("div", {}, withEmoji(block.description.text)) : null,
    ),
  );
}

/** A remote file named by a block. */
export function file(block) {
  return h(
    "div",
    { class: "media-card" },
    h("div", { class: "media-icon" }, icon("file")),
    h(
      "div",
      { class: "media-text" },
      h("div", { class: "media-title" }, block.external_id),
      h("div", { class: "small" }, "Remote file"),
    ),
  );
}

/** A file uploaded with a message: {title, name, size, url_private, preview}. */
export function uploaded(spec) {
  const address = spec.url_private_download ?? spec.url_private ?? spec.permalink;
  const title = spec.title || spec.name || "File";
  const facts = [spec.pretty_type ?? spec.filetype, spec.size === undefined ? null : size(spec.size)]
    .filter(Boolean)
    .join(" · ");
  const card = h(
    "div",
    { class: "media-card" },
    h("div", { class: "media-icon" }, icon("file")),
    h(
      "div",
      { class: "media-text" },
      h("div", { class: "media-title" }, address ? link(address, title) : title),
      h("div", { class: "small" }, facts),
    ),
  );
  const isPicture = spec.mimetype?.startsWith("image/") && isOwn(address);
  if (isPicture)
    return h(
      "figure",
      { class: "figure" },
      h("figcaption", {}, title),
      h("img", { class: "picture large", src: address, alt: title }),
    );
  return spec.preview ? h("div", { class: "snippet" }, card, h("pre", {}, spec.preview)) : card;
}

function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
