import type { KeyObject } from "node:crypto";
import { compactDecrypt } from "jose";
import type { TokenPart } from "../../../context/token-part.js";
import { invalid } from "./failures.js";
import { type CompactToken, MOST_LENGTH, parseMembers, readToken } from "./token.js";

/** How the key of the content may be given: what passwords and key agreement need would let a stranger set the cost, or has no key here. */
const KEY_ALGORITHMS: readonly string[] = [
  "dir",
  "A128KW",
  "A192KW",
  "A256KW",
  "RSA-OAEP",
  "RSA-OAEP-256",
  "RSA-OAEP-384",
  "RSA-OAEP-512",
];

/**
 * Decrypts a token of five parts, with each key in turn. Compressed content is taken up to the length of a token. Throws TokenRefusal if no
 * key opens it, or what is inside is neither a signed token nor claims; encryption inside encryption is refused.
 */
export async function decryptToken(
  token: CompactToken,
  keys: readonly KeyObject[],
): Promise<CompactToken | { readonly header: TokenPart; readonly payload: TokenPart }> {
  const options = { keyManagementAlgorithms: [...KEY_ALGORITHMS], maxDecompressedLength: MOST_LENGTH };
  for (const key of keys) {
    let content: Uint8Array;
    try {
      content = (await compactDecrypt(token.text, key, options)).plaintext;
    } catch {
      continue;
    }
    const text = Buffer.from(content).toString("latin1");
    if (text.trimStart().startsWith("{")) return { header: token.header, payload: parseMembers(content) };
    const inner = readToken(text);
    if (inner.parts === 3) return inner;
    break;
  }
  throw invalid("IDX10609: Decryption failed. No Keys tried: token could not be decrypted.");
}
