import { normalizePath } from "../http/path.js";
import type { Url } from "../http/url.js";
import { PolicyError } from "../policy/error.js";

/** Characters of a path that an error quotes. */
const QUOTED = 200;

/**
 * The URL of a request that goes out: without dot segments, so that behind a backend's base URL it stays behind it.
 * @throws PolicyError for a path that servers read in different ways
 */
export function containedUrl(url: Url): Url {
  const contained = normalizePath(url);
  if (contained === null) throw pathNotAllowed(url.path, 500);
  return contained;
}

/** The path of a request behind a backend's: one slash at the joint. */
export function joinedPath(base: Url, request: Url): string {
  return base.path.endsWith("/") ? base.path.slice(0, -1) + request.path : base.path + request.path;
}

/** The failure of a path that goes out. @param status 400 where the caller has written what is wrong with it */
export function pathNotAllowed(path: string, status: 400 | 500): PolicyError {
  return new PolicyError({
    reason: "PathNotAllowed",
    message: `The path '${path.slice(0, QUOTED)}' has dot segments, or what some servers take for them.`,
    status,
    bodyMessage: status === 400 ? "Bad request" : "Internal server error",
  });
}
