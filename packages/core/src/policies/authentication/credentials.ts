import { createHash } from "node:crypto";
import { createSecureContext } from "node:tls";
import { NetArray } from "@turnpike/expressions/values";
import { LRUCache } from "lru-cache";
import { identityTokenFailed } from "../../backends/identity-token.js";
import type { OutgoingRequest } from "../../http/transport.js";
import type { CertificateModel } from "../../model/model.js";
import { type DocumentedError, internalError } from "../../policy/declared-error.js";
import type { BoundElement, PolicyCompiler } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { flag, text, value } from "../../policy/schema.js";
import { policyProblems } from "../problems.js";
import { authenticationProblems } from "./problems.js";

/** The attributes of authentication-basic. */
export const basicAttributes = {
  username: text({ required: true, expressions: true, notes: "The user's name." }),
  password: text({ required: true, empty: "allowed", expressions: true, notes: "The password; best kept in a named value." }),
};

/** The Authorization header that an authentication-basic element stands for. */
export function basicAuthorization(element: BoundElement<typeof basicAttributes>): (exchange: Exchange) => string {
  const { username, password } = element.attributes;
  return (exchange) => `Basic ${Buffer.from(`${username.get(exchange)}:${password.get(exchange)}`).toString("base64")}`;
}

/** The attributes of authentication-managed-identity. */
export const identityAttributes = {
  resource: text({ required: true, expressions: true, notes: "Application id or URI of the resource that the token is for." }),
  "client-id": text({ expressions: true, notes: "Client id of a user-assigned identity; without it the system-assigned one." }),
  "output-token-variable-name": text({
    expressions: true,
    notes: "Variable that receives the token; no Authorization header is set then.",
  }),
  "ignore-error": flag({ default: false, notes: "true: go on without a token when none can be had." }),
};

/** The attributes of authentication-certificate. */
export const certificateAttributes = {
  thumbprint: text({ expressions: true, notes: "A configured certificate by its thumbprint." }),
  "certificate-id": text({ expressions: true, notes: "A configured certificate by its name." }),
  body: value({ expressions: true, notes: "The certificate itself (PKCS#12), as bytes or base64." }),
  password: text({ expressions: true, notes: "Opens body where it is protected." }),
};

const certificateNotFound = internalError(
  "an expression names a certificate that the configuration lacks",
  "CertificateNotFound",
  "The client certificate '{name}' could not be found.",
);

const certificateInvalid = internalError(
  "body is no certificate",
  "CertificateInvalid",
  "The body of the client certificate is neither bytes nor base64.",
);

const certificateLocked = internalError(
  "body cannot be opened",
  "CertificateInvalid",
  "The body of the client certificate cannot be opened with its password.",
);

/** How authentication-certificate fails. */
export const certificateErrors: readonly DocumentedError[] = [certificateNotFound, certificateInvalid, certificateLocked];

/** How authentication-managed-identity fails. */
export const identityErrors: readonly DocumentedError[] = [
  { ...identityTokenFailed, when: "no token can be had, and ignore-error is false" },
];

/**
 * The client certificate that an authentication-certificate element names. A certificate that does not exist is an error: of the load
 * where the name is literal, otherwise of the request.
 */
export function clientCertificate(
  element: BoundElement<typeof certificateAttributes>,
  compiler: PolicyCompiler,
): (exchange: Exchange) => NonNullable<OutgoingRequest["tls"]> {
  const { thumbprint, "certificate-id": id, body, password } = element.attributes;
  const given = [thumbprint, id, body].filter((attribute) => attribute !== null).length;
  if (given === 0) compiler.report(authenticationProblems.clientCertificateMissing(), element.place);
  if (given > 1) compiler.report(policyProblems.exclusive("thumbprint", "certificate-id", "body"), element.place);
  const { certificates } = compiler.configuration;
  for (const [literal, found] of [
    [id?.literal, id?.literal === undefined || certificates.has(id.literal)],
    [thumbprint?.literal, thumbprint?.literal === undefined || byThumbprint(certificates, thumbprint.literal) !== null],
  ] as const)
    if (!found) compiler.refer("certificate", literal!, element.place);

  const opened = pfxOpener();
  return (exchange) => {
    if (body !== null) {
      const pfx = certificateBytes(body.get(exchange));
      if (pfx === null) throw certificateInvalid.error();
      return opened({ pfx, ...(password === null ? {} : { passphrase: password.get(exchange) }) });
    }
    const configured = exchange.configuration.certificates;
    const name = id?.get(exchange) ?? thumbprint?.get(exchange) ?? "";
    const certificate = id === null ? byThumbprint(configured, name) : (configured.get(name) ?? null);
    if (certificate === null) throw certificateNotFound.error({ name });
    return certificate.tls;
  };
}

/** Certificates that were opened and found good; opening one takes a millisecond or more, and most documents have one. */
const MOST_OPENED = 100;

/** Makes a check that PKCS#12 data can be opened, so that what is wrong with it is not found out in the middle of a call to the backend. */
function pfxOpener(): (tls: NonNullable<OutgoingRequest["tls"]>) => NonNullable<OutgoingRequest["tls"]> {
  const good = new LRUCache<string, NonNullable<OutgoingRequest["tls"]>>({ max: MOST_OPENED });
  return (tls) => {
    const key = createHash("sha256")
      .update(tls.pfx!)
      .update(`\0${tls.passphrase ?? ""}`)
      .digest("base64");
    const known = good.get(key);
    if (known !== undefined) return known;
    try {
      createSecureContext({
        pfx: Buffer.from(tls.pfx!),
        ...(tls.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
      });
    } catch (error) {
      throw certificateLocked.error({}, { cause: error });
    }
    good.set(key, tls);
    return tls;
  };
}

function byThumbprint(certificates: ReadonlyMap<string, CertificateModel>, thumbprint: string): CertificateModel | null {
  const wanted = thumbprint.replace(/[\s:]/g, "").toUpperCase();
  for (const certificate of certificates.values()) if (certificate.thumbprint === wanted) return certificate;
  return null;
}

function certificateBytes(given: unknown): Uint8Array | null {
  if (given instanceof NetArray && given.items instanceof Uint8Array) return given.items.slice();
  if (typeof given !== "string" || !/^[A-Za-z0-9+/=\s]+$/.test(given)) return null;
  return Buffer.from(given, "base64");
}
