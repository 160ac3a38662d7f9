import { normalizePath } from "../http/path.js";
import type { Url } from "../http/url.js";
import { internalError, policyError } from "../policy/declared-error.js";

/** Characters of a path that an error quotes. */
const QUOTED = 200;

/**
 * The URL of a request that goes out: without dot segments, so that behind a backend's base URL it stays behind it.
 * @throws PolicyError for a path that servers read in different ways
 */
export function containedUrl(url: Url): Url {
  const contained = normalizePath(url);
  if (contained === null) throw pathNotAllowed.error({ path: quotedPath(url.path) });
  return contained;
}

/** The path of a request behind a backend's: one slash at the joint. */
export function joinedPath(base: Url, request: Url): string {
  return base.path.endsWith("/") ? base.path.slice(0, -1) + request.path : base.path + request.path;
}

/** A path that is not sent. */
export const pathNotAllowed = internalError(
  "the path has segments that some servers take for dot segments (`..%2f`, `..\\`, `..;x`)",
  "PathNotAllowed",
  "The path '{path}' has dot segments, or what some servers take for them.",
);

/** The same where the caller has written what is wrong with it. */
export const callersPathNotAllowed = policyError({ ...pathNotAllowed, status: 400, toCaller: "Bad request" });

/** As much of a path as errors quote. */
export function quotedPath(path: string): string {
  return path.slice(0, QUOTED);
}
