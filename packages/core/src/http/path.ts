import type { Url } from "./url.js";

// A segment that is one or two dots, plain or percent-encoded.
const DOT_SEGMENT = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;

// The same where backslashes and encoded slashes end segments, or parameters (`..;x`) are taken off them, as some servers have it.
const DOUBTFUL_SEGMENT = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:[/\\;]|%2f|%5c|$)/i;

const OTHER_SEPARATOR = /\\|%2f|%5c/i;

/**
 * Takes dot segments out of a path, as HTTP servers do before they look at it (RFC 3986, 5.2.4): what routes and policies see, and what a
 * backend gets, must be one and the same path.
 * @returns the path itself if there are none; null for one with segments that only some servers take for dot segments: behind backslashes
 *   and encoded slashes, or with parameters
 */
export function resolvedPath(path: string): string | null {
  if (!path.includes(".") && !path.includes("%")) return path;
  const resolved = DOT_SEGMENT.test(path) ? withoutDotSegments(path) : path;
  return DOUBTFUL_SEGMENT.test(resolved) ? null : resolved;
}

function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.slice(1).split("/");
  segments.forEach((segment, index) => {
    const plain = segment.replace(/%2e/gi, ".");
    if (plain !== "." && plain !== "..") return void kept.push(segment);
    if (plain === "..") kept.pop();
    if (index === segments.length - 1) kept.push("");
  });
  return `/${kept.join("/")}`;
}

/** A URL whose path is {@link resolvedPath}; null where there is none. */
export function normalizePath(url: Url): Url | null {
  const path = resolvedPath(url.path);
  return path === null ? null : path === url.path ? url : url.with({ path });
}

/** True for a path with a backslash, or an encoded slash or backslash: servers differ in whether it ends a segment. */
export function hasOtherSeparators(path: string): boolean {
  return (path.includes("%") || path.includes("\\")) && OTHER_SEPARATOR.test(path);
}
