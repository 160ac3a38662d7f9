import { decodeTokenPart, member, parseTokenPart, type TokenPart } from "../../../context/token-part.js";
import { invalid } from "./failures.js";

/** A token taken apart, not verified. */
export interface CompactToken {
  readonly text: string;
  readonly header: TokenPart;
  /** 3 for signed tokens, 5 for encrypted ones. */
  readonly parts: 3 | 5;
}

/** A token whose signature holds (or that needs none). Nothing is said of its claims. */
export interface VerifiedToken {
  readonly header: TokenPart;
  readonly payload: TokenPart;
  /** Of the discovery documents, as written. */
  readonly issuers: readonly string[];
}

/** Longest token that is looked at, in characters. */
export const MOST_LENGTH = 65_536;

/**
 * Takes a compact token apart. Throws TokenRefusal for what is none, and for header members that change what the rest means and are not
 * understood here: critical extensions (RFC 7515, 4.1.11) and payloads that are not base64url (RFC 7797 forbids them in a JWT).
 */
export function readToken(text: string): CompactToken {
  const parts = text.length > MOST_LENGTH ? [] : text.split(".", 6);
  if (parts.length !== 3 && parts.length !== 5)
    throw invalid("IDX12741: JWT must have three segments (JWS) or five segments (JWE).");
  const header = decodePart(parts[0]!);
  if (Object.hasOwn(header, "crit") || Object.hasOwn(header, "b64"))
    throw invalid("The token needs extensions (crit, b64) that are not supported.");
  return { text, header, parts: parts.length };
}

const UNREADABLE = "IDX12729: Unable to decode the header or payload of the token as base64url-encoded JSON.";

/** Base64url text of a JSON object. Throws TokenRefusal for anything else. */
export function decodePart(part: string): TokenPart {
  const members = decodeTokenPart(part);
  if (members === null) throw invalid(UNREADABLE);
  return members;
}

/** A JSON object in UTF-8. Throws TokenRefusal for anything else. */
export function parseMembers(bytes: Uint8Array): TokenPart {
  const members = parseTokenPart(bytes);
  if (members === null) throw invalid(UNREADABLE);
  return members;
}

/** A member that is text; null if it is absent or something else. */
export function textMember(members: TokenPart, name: string): string | null {
  const value = member(members, name);
  return typeof value === "string" ? value : null;
}

/** Text of a stranger for a message: not longer than a message should be, and on one line. */
export function quoted(text: string): string {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "?");
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
