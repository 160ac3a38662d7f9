import { defineType } from "@turnpike/expressions";
import { latin1, NetObject } from "@turnpike/expressions/values";

/** What a Basic Authorization header says. */
export class BasicAuthCredentials extends NetObject {
  constructor(
    readonly userId: string,
    readonly password: string,
  ) {
    super();
  }

  override get declaration() {
    return basicType;
  }
}

/** The type of credentials that `AsBasic` reads. */
export const basicType = defineType("class BasicAuthCredentials", {
  "string UserId { get; }": (self: BasicAuthCredentials) => self.userId,
  "string Username { get; }": (self: BasicAuthCredentials) => self.userId,
  "string Password { get; }": (self: BasicAuthCredentials) => self.password,
});

/** Reads `Basic <base64>` (RFC 7617): scheme in any case, ISO-8859-1, split at the first colon. Null if it is none. */
export function parseBasic(header: string | null): BasicAuthCredentials | null {
  const match = /^\s*basic\s+([A-Za-z0-9+/]+={0,2})\s*$/i.exec(header ?? "");
  if (match === null || match[1]!.length % 4 !== 0) return null;
  const text = latin1.decode(Buffer.from(match[1]!, "base64"));
  const colon = text.indexOf(":");
  return colon < 0 ? null : new BasicAuthCredentials(text.slice(0, colon), text.slice(colon + 1));
}
