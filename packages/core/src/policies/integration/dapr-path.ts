import { pathNotAllowed, quotedPath } from "../../backends/target-path.js";

/**
 * A path of names, each encoded, so that none leads elsewhere. A name may hold slashes, as topics and methods do.
 * @throws PolicyError for names with a part that is empty, `.` or `..`
 */
export function daprPath(names: readonly string[]): string {
  const parts = names.flatMap((name) => name.split("/"));
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    throw pathNotAllowed.error({ path: quotedPath(names.join("/")) });
  return parts.map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, "\ufffd"))).join("/");
}
