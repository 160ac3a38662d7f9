import { createHash } from "node:crypto";

/** Characters of a key that a store keeps as it is. */
const LONGEST = 200;
/** What is left of a longer one, in front of its digest: together more than {@link LONGEST}, so that no key is another one's short form. */
const KEPT = 160;

/**
 * A key as a store keeps it: long ones, which callers may cause, are cut and end in a digest of the whole. Different keys stay different, and
 * none is longer than 211 characters.
 */
export function boundedKey(key: string): string {
  if (key.length <= LONGEST) return key;
  return `${key.slice(0, KEPT)}…sha256:${createHash("sha256").update(key, "utf16le").digest("base64url")}`;
}
