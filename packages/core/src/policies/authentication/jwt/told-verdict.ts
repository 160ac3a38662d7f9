import { PolicyError } from "../../../policy/error.js";
import type { Facts } from "../../../policy/services.js";
import { configurationUnavailable, TokenRefusal, type ToldRefusal } from "./failures.js";
import { decodePart, readToken, type VerifiedToken } from "./token.js";

/** What was found of a token's signature, as plain data; `providers` are the addresses of the discovery documents that were asked. */
export type Verdict = { readonly providers: readonly string[] } & (
  | Pick<VerifiedToken, "issuers" | "keyOf">
  | { readonly refusal: ToldRefusal }
  | { readonly isUnavailable: true }
);

/**
 * Verifies a token of a request that is recorded, or tells of one that is replayed what was found then: a recording holds no signature.
 * @param providers addresses of discovery documents
 * @param find verifies it
 */
export async function toldVerdict(
  facts: Facts,
  text: string,
  providers: readonly string[],
  find: () => VerifiedToken | Promise<VerifiedToken>,
): Promise<VerifiedToken> {
  let found: VerifiedToken | null = null;
  const verdict = await facts.know<Verdict>("token", text, async () => {
    try {
      found = await find();
      return { providers, issuers: found.issuers, keyOf: found.keyOf };
    } catch (error) {
      if (error instanceof TokenRefusal) return { providers, refusal: error.told };
      if (error instanceof PolicyError && error.options.reason === configurationUnavailable.reason)
        return { providers, isUnavailable: true };
      throw error;
    }
  });
  // Other providers have other keys: what was found says nothing of them.
  if (found === null && verdict.providers.join(" ") !== providers.join(" ")) return find();
  if ("isUnavailable" in verdict) throw configurationUnavailable.error();
  if ("refusal" in verdict) throw TokenRefusal.again(verdict.refusal);
  if (found !== null) return found;
  const token = readToken(text);
  // What is encrypted cannot be read without its key.
  if (token.parts === 5) return find();
  return { header: token.header, payload: decodePart(text.split(".", 2)[1]!), issuers: verdict.issuers, keyOf: verdict.keyOf };
}
