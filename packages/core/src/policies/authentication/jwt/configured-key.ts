import type { KeyObject } from "node:crypto";
import { isTemplatedText } from "../../../compile/placeholders.js";
import type { Diagnostic } from "../../../diagnostics/diagnostic.js";
import type { Problem } from "../../../diagnostics/problem.js";
import type { BoundElement, PolicyCompiler } from "../../../policy/define.js";
import { text } from "../../../policy/schema.js";
import { literalText } from "../../text.js";
import { isBounded, MOST_EXPONENT_BITS, MOST_MODULUS_BITS } from "../key-bounds.js";
import { authenticationProblems } from "../problems.js";
import { certificateKey, privateKey, rsaKey, type SigningKey, secretKey } from "./keys.js";

/** The attributes of a key element. */
export const keyAttributes = {
  id: text({ notes: "Matched with the token's kid; when no key matches, every key is tried." }),
  "certificate-id": text({ notes: "A configured certificate in place of the text." }),
  n: text({ notes: "An RSA modulus, base64url; needs e." }),
  e: text({ notes: "An RSA exponent, base64url; needs n." }),
};

/** RFC 7518, 3.3. */
const LEAST_BITS = 2048;

type KeyElement = BoundElement<typeof keyAttributes>;

/** Makes a signing key; of none, reports what is invalid, as severe as it is here. */
type MakeKey = (key: KeyObject | null, invalid: (severity: Diagnostic["severity"]) => Problem) => SigningKey | null;

/** A key that may verify signatures; null, and reported, if the element makes none. */
export function signingKey(element: KeyElement, compiler: PolicyCompiler): SigningKey | null {
  const { id, "certificate-id": certificateId, n, e } = element.attributes;
  const secret = literalText(element.text);
  const accept = (key: KeyObject): SigningKey | null => {
    if (!isBounded(key)) return tooLarge(element, compiler);
    if ((key.asymmetricKeyDetails?.modulusLength ?? LEAST_BITS) < LEAST_BITS)
      compiler.report(authenticationProblems.rsaKeyShort(LEAST_BITS), element.place);
    return { id: id?.literal ?? null, key, algorithm: null };
  };
  const make: MakeKey = (key, invalid) => {
    if (key !== null) return accept(key);
    // A document on its own may hold a deployment tool's placeholder in place of the key.
    compiler.report(invalid(compiler.isDetached ? "warning" : "error"), element.place);
    return null;
  };
  if ([secret !== "", certificateId !== null, n !== null || e !== null].filter(Boolean).length !== 1) {
    compiler.report(authenticationProblems.keyAmbiguous(), element.place);
    return null;
  }
  if (certificateId !== null) {
    const key = fromCertificate(certificateId.literal!, certificateKey, element, compiler);
    return key === null ? null : accept(key);
  }
  if ([n, e].some((part) => part?.literal?.includes("{{") === true)) return null;
  if (n !== null || e !== null) return make(rsaKey(n?.literal ?? "", e?.literal ?? ""), authenticationProblems.rsaKeyInvalid);
  return sharedKey(secret, element, compiler, make);
}

function sharedKey(secret: string, element: KeyElement, compiler: PolicyCompiler, make: MakeKey): SigningKey | null {
  // What a templating tool puts in is not known where a document is checked alone.
  if (secret.includes("{{") || (compiler.isDetached && isTemplatedText(secret, true))) return null;
  const key = secretKey(secret);
  if (key !== null && (key.symmetricKeySize ?? 0) < 32) compiler.report(authenticationProblems.sharedKeyShort(), element.place);
  return make(key, authenticationProblems.sharedKeyInvalid);
}

/** A key that may decrypt tokens; null, and reported, if the element makes none. */
export function decryptionKey(element: KeyElement, compiler: PolicyCompiler): KeyObject | null {
  const certificateId = element.attributes["certificate-id"];
  if (certificateId !== null) return fromCertificate(certificateId.literal!, privateKey, element, compiler);
  const secret = literalText(element.text);
  const key = secret.includes("{{") ? null : secretKey(secret);
  if (key === null && !secret.includes("{{")) compiler.report(authenticationProblems.decryptionKeyInvalid(), element.place);
  return key;
}

/** The key of a configured certificate; null, and reported, if it is not there or not usable. */
export function fromCertificate(
  id: string,
  read: typeof certificateKey,
  { place }: Pick<BoundElement, "place">,
  compiler: PolicyCompiler,
): KeyObject | null {
  const certificate = compiler.configuration.certificates.get(id);
  if (certificate === undefined) {
    compiler.refer("certificate", id, place);
    return null;
  }
  const key = read(certificate);
  if (key === null) compiler.report(authenticationProblems.certificateWithoutKey(id), place);
  return key === null || isBounded(key) ? key : tooLarge({ place }, compiler);
}

function tooLarge({ place }: Pick<BoundElement, "place">, compiler: PolicyCompiler): null {
  compiler.report(authenticationProblems.rsaKeyLarge(MOST_MODULUS_BITS, MOST_EXPONENT_BITS), place);
  return null;
}
