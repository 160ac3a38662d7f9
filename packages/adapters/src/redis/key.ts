import { createHash } from "node:crypto";

const LONGEST = 200;

/** A key as Redis gets it: long ones, which callers may cause, become a digest. */
export function boundedKey(key: string): string {
  if (key.length <= LONGEST) return `.${key}`;
  return `#${createHash("sha256").update(key, "utf16le").digest("base64url")}`;
}
