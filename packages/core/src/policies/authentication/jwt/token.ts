import { invalid } from "./failures.js";

/** Members of a header or payload. Look them up as own properties only. */
export type Members = Readonly<Record<string, unknown>>;

/** A token taken apart, not verified. */
export interface CompactToken {
  readonly text: string;
  readonly header: Members;
  /** 3 for signed tokens, 5 for encrypted ones. */
  readonly parts: 3 | 5;
}

/** Longest token that is looked at, in characters. */
const MOST_LENGTH = 65_536;

/** Takes a compact token apart. Throws TokenRefusal for what is none. */
export function readToken(text: string): CompactToken {
  const parts = text.length > MOST_LENGTH ? [] : text.split(".");
  if ((parts.length !== 3 && parts.length !== 5) || !/^[\w-]+$/.test(parts[0]!))
    throw invalid("IDX12741: JWT must have three segments (JWS) or five segments (JWE).");
  return { text, header: decodePart(parts[0]!), parts: parts.length };
}

/** Base64url text of a JSON object. Throws TokenRefusal for anything else. */
export function decodePart(part: string): Members {
  return parseMembers(Buffer.from(part, "base64url").toString("utf8"));
}

/** Text of a JSON object. Throws TokenRefusal for anything else. */
export function parseMembers(text: string): Members {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid("IDX12729: Unable to decode the header or payload of the token as base64url-encoded JSON.");
  return value as Members;
}

/** An own member, or undefined. */
export function member(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

/** A member that is text; null if it is absent or something else. */
export function textMember(members: Members, name: string): string | null {
  const value = member(members, name);
  return typeof value === "string" ? value : null;
}
