import { decodeTokenPart, member, parseTokenPart, type TokenPart } from "../../../context/token-part.js";
import { denied, invalid, refusals } from "./failures.js";

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
  /** Whose key verified the signature: the policy's own, or a provider's. Null where nothing is signed. */
  readonly keyOf: "policy" | "provider" | null;
}

/** Longest token that is looked at, in characters. */
export const MOST_LENGTH = 65_536;

/**
 * Base64url as an encoder writes it (RFC 7515, 2; RFC 4648, 3.5): no padding, no blanks, and the bits of the last letter that stand for nothing are
 * zero. Decoders let other letters pass there, so that a token would have many texts.
 */
const SEGMENT = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

/**
 * Takes a compact token apart. Throws TokenRefusal for what is none, for parts that are not base64url to the last bit, and for header members that change what the rest means and are not
 * understood here: critical extensions (RFC 7515, 4.1.11) and payloads that are not base64url (RFC 7797 forbids them in a JWT).
 */
export function readToken(text: string): CompactToken {
  const parts = text.length > MOST_LENGTH ? [] : text.split(".", 6);
  if (parts.length !== 3 && parts.length !== 5)
    throw invalid("IDX12741: JWT must have three segments (JWS) or five segments (JWE).");
  if (!SEGMENT.test(parts[0]!)) throw invalid(UNREADABLE);
  const header = decodePart(parts[0]!);
  if (Object.hasOwn(header, "crit") || Object.hasOwn(header, "b64"))
    throw invalid("The token needs extensions (crit, b64) that are not supported.");
  if (!parts.every((part) => SEGMENT.test(part))) throw notBase64url(parts.length === 3 && member(header, "alg") !== "none");
  return { text, header, parts: parts.length };
}

/** Of a signed token the signature is over the text, so that another text has a wrong one. */
function notBase64url(isSigned: boolean): Error {
  return isSigned
    ? denied(refusals.signature, "IDX10511: Signature validation failed. A part of the token is not base64url.")
    : invalid("IDX10400: Unable to decode a part of the token as base64url.");
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
