import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { error, type Problem, warning } from "../../diagnostics/problem.js";

/** What can be wrong with a policy that authenticates or authorizes, by name. */
export const authenticationProblems = {
  // Callers' addresses
  addressMissing: (): Problem => error("TP2011", "<ip-filter> needs at least one <address> or <address-range>."),
  /** @param why what is wrong with the range, as a sentence */
  rangeInvalid: (why: string): Problem => error("TP2008", why),

  // Tokens
  skewInvalid: (written: string): Problem =>
    error("TP2008", `clock-skew: "${written}" is neither a number of seconds nor hh:mm:ss.`),
  everyApplication: (): Problem =>
    warning("TP2101", "Without client-application-ids and audiences every application of the tenant is accepted."),

  // Keys
  keyAmbiguous: (): Problem => error("TP2102", "A signing key is either text, or certificate-id, or n and e."),
  /** @param severity a warning where a deployment tool may yet put the key in */
  rsaKeyInvalid: (severity: Diagnostic["severity"]): Problem => ({
    ...error("TP2106", "n and e are no RSA key in base64url."),
    severity,
  }),
  sharedKeyInvalid: (severity: Diagnostic["severity"]): Problem => ({
    ...error("TP2106", "The shared key is not base64."),
    severity,
  }),
  decryptionKeyInvalid: (): Problem => error("TP2106", "The key is not base64."),
  sharedKeyShort: (): Problem => warning("TP2106", "The shared key is shorter than 256 bits: it can be guessed."),
  rsaKeyShort: (least: number): Problem => warning("TP2106", `An RSA key shorter than ${least} bits verifies no token.`),
  rsaKeyLarge: (modulus: number, exponent: number): Problem =>
    error("TP2106", `The RSA key is too large to compute with: it may have ${modulus} bits, and an exponent of ${exponent}.`),
  certificateWithoutKey: (id: string): Problem =>
    error("TP2106", `The certificate ${id} has no key that can be used here.`, "Give it as PEM, with its private key."),

  // Client certificates
  revocationUnknown: (): Problem =>
    warning(
      "TP2104",
      "Nothing says how to find out whether a client certificate was revoked.",
      'Add revocation to the configuration, or write validate-revocation="false" to say that this is known.',
    ),
  issuerTwice: (): Problem => error("TP2102", "issuer-certificate-id excludes issuer-subject and issuer-thumbprint."),
  identityEmpty: (): Problem => error("TP2101", "An identity needs at least one attribute."),
  clientCertificateMissing: (): Problem => error("TP2101", "A client certificate needs thumbprint, certificate-id or body."),
};
