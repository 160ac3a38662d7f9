import type { KeyObject } from "node:crypto";
import { isTemplatedText } from "../../../compile/placeholders.js";
import type { BoundElement, PolicyCompiler } from "../../../policy/define.js";
import { text } from "../../../policy/schema.js";
import { literalText } from "../../text.js";
import { isBounded, MOST_EXPONENT_BITS, MOST_MODULUS_BITS } from "../key-bounds.js";
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

/** A key that may verify signatures; null, and reported, if the element makes none. */
export function signingKey(element: KeyElement, compiler: PolicyCompiler): SigningKey | null {
  const { id, "certificate-id": certificateId, n, e } = element.attributes;
  const secret = literalText(element.text);
  const make = (key: KeyObject | null, problem: string): SigningKey | null => {
    // A document on its own may hold a deployment tool's placeholder in place of the key.
    const severity = compiler.isDetached ? "warning" : "error";
    if (key === null) compiler.report({ severity, code: "TP2106", message: problem }, element.place);
    else if (!isBounded(key)) return tooLarge(element, compiler);
    else if ((key.asymmetricKeyDetails?.modulusLength ?? LEAST_BITS) < LEAST_BITS)
      compiler.report(
        { severity: "warning", code: "TP2106", message: `An RSA key shorter than ${LEAST_BITS} bits verifies no token.` },
        element.place,
      );
    return key === null ? null : { id: id?.literal ?? null, key, algorithm: null };
  };
  if ([secret !== "", certificateId !== null, n !== null || e !== null].filter(Boolean).length !== 1) {
    compiler.report({ code: "TP2102", message: "A signing key is either text, or certificate-id, or n and e." }, element.place);
    return null;
  }
  if (certificateId !== null) {
    const key = fromCertificate(certificateId.literal!, certificateKey, element, compiler);
    return key === null ? null : make(key, "");
  }
  if ([n, e].some((part) => part?.literal?.includes("{{") === true)) return null;
  if (n !== null || e !== null) return make(rsaKey(n?.literal ?? "", e?.literal ?? ""), "n and e are no RSA key in base64url.");
  return sharedKey(secret, element, compiler, make);
}

function sharedKey(
  secret: string,
  element: KeyElement,
  compiler: PolicyCompiler,
  make: (key: KeyObject | null, problem: string) => SigningKey | null,
): SigningKey | null {
  // What a templating tool puts in is not known where a document is checked alone.
  if (secret.includes("{{") || (compiler.isDetached && isTemplatedText(secret, true))) return null;
  const key = secretKey(secret);
  if (key !== null && (key.symmetricKeySize ?? 0) < 32)
    compiler.report(
      { severity: "warning", code: "TP2106", message: "The shared key is shorter than 256 bits: it can be guessed." },
      element.place,
    );
  return make(key, "The shared key is not base64.");
}

/** A key that may decrypt tokens; null, and reported, if the element makes none. */
export function decryptionKey(element: KeyElement, compiler: PolicyCompiler): KeyObject | null {
  const certificateId = element.attributes["certificate-id"];
  if (certificateId !== null) return fromCertificate(certificateId.literal!, privateKey, element, compiler);
  const secret = literalText(element.text);
  const key = secret.includes("{{") ? null : secretKey(secret);
  if (key === null && !secret.includes("{{"))
    compiler.report({ code: "TP2106", message: "The key is not base64." }, element.place);
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
  if (key === null)
    compiler.report(
      {
        code: "TP2106",
        message: `The certificate ${id} has no key that can be used here.`,
        hint: "Give it as PEM, with its private key.",
      },
      place,
    );
  return key === null || isBounded(key) ? key : tooLarge({ place }, compiler);
}

function tooLarge({ place }: Pick<BoundElement, "place">, compiler: PolicyCompiler): null {
  const message = `The RSA key is too large to compute with: it may have ${MOST_MODULUS_BITS} bits, and an exponent of ${MOST_EXPONENT_BITS}.`;
  compiler.report({ code: "TP2106", message }, place);
  return null;
}
