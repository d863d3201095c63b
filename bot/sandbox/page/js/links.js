// Which addresses a message may link to.

const ALLOWED = new Set(["http:", "https:", "mailto:"]);

/** The address if it is harmless (http, https, mailto, or of this page; or an inline raster image), else null. */
export function safeUrl(address) {
  if (typeof address !== "string" || address === "") return null;
  if (/^data:image\/(png|jpeg|gif|webp);base64,/i.test(address)) return address;
  const parsed = parse(address);
  return parsed && ALLOWED.has(parsed.protocol) ? address : null;
}

/** Whether showing this image would send a request to this page's own server only. */
export function isOwn(address) {
  if (typeof address !== "string") return false;
  return address.startsWith("data:") || parse(address)?.origin === location.origin;
}

function parse(address) {
  try {
    return new URL(address, location.href);
  } catch {
    return null;
  }
}
