import type { Url } from "./url.js";

// A segment that is one or two dots, plain or percent-encoded.
const DOT_SEGMENT = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Takes dot segments out of a URL's path, as HTTP servers do before they look at it: what routes and policies see, and what a backend
 * gets, must be one and the same path.
 */
export function normalizePath(url: Url): Url {
  if (!url.path.includes(".") && !url.path.includes("%")) return url;
  if (!DOT_SEGMENT.test(url.path)) return url;
  const kept: string[] = [];
  const segments = url.path.slice(1).split("/");
  segments.forEach((segment, index) => {
    const plain = segment.replace(/%2e/gi, ".");
    if (plain !== "." && plain !== "..") return void kept.push(segment);
    if (plain === "..") kept.pop();
    if (index === segments.length - 1) kept.push("");
  });
  return url.with({ path: `/${kept.join("/")}` });
}
