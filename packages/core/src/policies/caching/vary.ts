import type { Headers } from "../../http/headers.js";
import { storeKey } from "../store-key.js";

/** Most headers that one answer may vary by: more are a reason not to store it. */
const MOST_NAMES = 32;

/**
 * What an answer says that it depends on (RFC 9110, 12.5.5): names of request headers in lower case, each once. One with a content coding
 * depends on Accept-Encoding, whether or not it says so: who does not take the coding could not read it. Null for `*`, or for too many names.
 */
export function variedNames(headers: Headers): readonly string[] | null {
  const names = new Set<string>();
  for (const line of headers.getAll("Vary"))
    for (const part of line.split(",")) {
      const name = part.trim().toLowerCase();
      if (name === "*" || names.size > MOST_NAMES) return null;
      if (name !== "") names.add(name);
    }
  const coding = headers.get("Content-Encoding")?.trim().toLowerCase() ?? "";
  if (coding !== "" && coding !== "identity") names.add("accept-encoding");
  return names.size > MOST_NAMES ? null : [...names];
}

/** Both lists in one, in order, each name once. */
export function allNames(known: readonly string[], more: readonly string[]): readonly string[] {
  return more.every((name) => known.includes(name)) ? known : [...new Set([...known, ...more])].sort();
}

/** The key of one of the answers that there are for a key, for a request with these headers. */
export function variantKey(key: string, names: readonly string[], request: Headers): string {
  const parts = names.flatMap((name) => {
    const values = request.getAll(name);
    return [name, String(values.length), ...values];
  });
  return storeKey("variant-1", key, ...parts);
}
