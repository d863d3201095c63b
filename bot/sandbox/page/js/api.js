// The page's own endpoints.
import { toast } from "./toasts.js";

class Refused extends Error {}

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  const reply = await response.json().catch(() => null);
  if (!response.ok) throw new Refused(reply?.error ?? `${path} answered ${response.status}`);
  return reply;
}

const query = (args) => new URLSearchParams(Object.entries(args).filter(([, v]) => v !== undefined && v !== null));

export const get = (path, args = {}) => call("GET", `${path}?${query(args)}`);
export const post = (path, body) => call("POST", path, body);
export const remove = (path) => call("DELETE", path);

/** Runs a request that a person asked for; a failure is said on the page and gives null. */
export async function attempt(what, request) {
  try {
    return await request();
  } catch (error) {
    toast(`${what} did not work: ${reason(error)}`, "error");
    console.error(error);
    return null;
  }
}

function reason(error) {
  if (error instanceof Refused) return `${error.message}.`;
  return "the server does not answer. See whether it still runs, then try again.";
}
