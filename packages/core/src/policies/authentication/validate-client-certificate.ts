import { X509Certificate } from "node:crypto";
import type { RevocationModel } from "../../model/model.js";
import { type BoundChild, type DocumentedError, definePolicy, type PolicyCompiler } from "../../policy/define.js";
import { PolicyError } from "../../policy/error.js";
import type { Flow } from "../../policy/flow.js";
import { child, flag, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import type { Runtime } from "../../policy/services.js";
import {
  authorities,
  comparableHex,
  comparableName,
  isIssuedBy,
  issuerOf,
  type ReadCertificate,
  readCertificate,
  trustedChain,
} from "./client-identity.js";
import { revocationStatus } from "./revocation.js";

const identityChild = child({
  min: 1,
  max: 10,
  attributes: {
    thumbprint: text({ notes: "SHA-1 thumbprint." }),
    "serial-number": text({ notes: "Serial number." }),
    "common-name": text({ notes: "CN part of the subject." }),
    subject: text({ notes: "Whole subject as a distinguished name." }),
    "dns-name": text({ notes: "A dnsName entry of the subject alternative name." }),
    "issuer-subject": text({ notes: "Subject of the issuer, a distinguished name." }),
    "issuer-thumbprint": text({ notes: "SHA-1 thumbprint of the issuer." }),
    "issuer-certificate-id": text({
      notes: "Identifier of a certificate of the configuration. Excludes the other issuer attributes.",
    }),
  },
  notes: "One accepted identity; all its given attributes must match.",
});

function certificateError(when: string, message: string): DocumentedError {
  return { when, status: 403, reason: "ClientCertificateInvalid", message };
}

type Matches = (presented: ReadCertificate) => boolean;

/**
 * Demands a sound client certificate. Open in the reference, read here as: 403 with the reason ClientCertificateInvalid; roots are the platform's
 * and the authorities among the configuration's certificates, where intermediate ones must be as well, for a caller cannot bring its own. A chain must keep
 * to what its certificates say: constraints of names, lengths of paths, uses of keys, purposes (for clients, where a certificate below the root gives
 * any), critical extensions.
 *
 * Revocation is looked up in lists (CRLs) of the configuration, and in those that certificates name if it allows that (`revocation`), for every
 * certificate of the chain but the root. A list counts if the authority signed it and it is in time. Without one, or without a chain, the
 * certificate is refused unless `revocation.whenUnknown` is `accept`. OCSP is not asked. Without `revocation` nothing is looked up, and
 * validate-revocation is a warning at load.
 */
export const validateClientCertificate = definePolicy({
  name: "validate-client-certificate",
  category: "authentication",
  summary: "Demands that the certificate the caller presented is sound and, optionally, that it is one of a list of identities.",
  sections: ["inbound"],
  scopes: allScopes,
  attributes: {
    "validate-revocation": flag({ default: true, notes: "Check against revocation lists, as the configuration says." }),
    "validate-trust": flag({ default: true, notes: "Fail when no chain to a trusted CA can be built." }),
    "validate-not-before": flag({ default: true, notes: "Check the start of validity against the clock." }),
    "validate-not-after": flag({ default: true, notes: "Check the end of validity against the clock." }),
    "ignore-error": flag({ default: false, notes: "true: go on with the next policy after a failed check." }),
  },
  children: {
    identities: child({
      children: { identity: identityChild },
      notes: "Accepted identities; one match suffices. Absent: any certificate that passes the checks.",
    }),
  },
  errors: [
    certificateError("the caller has none", "No client certificate was presented."),
    certificateError("bytes that are no certificate", "The client certificate cannot be read."),
    certificateError("its time has not begun", "The client certificate is not valid yet."),
    certificateError("its time is over", "The client certificate has expired."),
    certificateError("no chain leads to a known authority", "The client certificate is not trusted."),
    certificateError("no identity matches", "The client certificate is none of those that are accepted."),
    certificateError("a revocation list names it or one of its chain", "The client certificate was revoked."),
    certificateError("no list, or no chain, says so", "It cannot be found out whether the client certificate was revoked."),
  ],
  compile(element, compiler) {
    const { attributes } = element;
    const { configuration } = compiler;
    const checksRevocation = attributes["validate-revocation"].literal!;
    if (checksRevocation && configuration.revocation === null)
      compiler.report({
        severity: "warning",
        code: "TP2104",
        message: "Nothing says how to find out whether a client certificate was revoked.",
        hint: 'Add revocation to the configuration, or write validate-revocation="false" to say that this is known.',
      });
    const revocation = checksRevocation ? configuration.revocation : null;
    const checksTrust = attributes["validate-trust"].literal!;
    const checksStart = attributes["validate-not-before"].literal!;
    const checksEnd = attributes["validate-not-after"].literal!;
    const ignoresError = attributes["ignore-error"].literal!;
    const known = authorities(configuration);
    const identities =
      element.children.identities[0]?.children.identity.map((one) => identityMatch(one, known, compiler)) ?? null;

    const failure = (der: Uint8Array | null, runtime: Runtime): string | null | Promise<string | null> => {
      if (der === null) return "No client certificate was presented.";
      const presented = readCertificate(der);
      if (presented === null) return "The client certificate cannot be read.";
      const { fields } = presented.shown;
      const now = runtime.clock.now();
      if (checksStart && now < fields.notBefore) return "The client certificate is not valid yet.";
      if (checksEnd && now > fields.notAfter) return "The client certificate has expired.";
      const chain = checksTrust || revocation !== null ? trustedChain(presented.certificate, known, now) : null;
      if (checksTrust && chain === null) return "The client certificate is not trusted.";
      if (identities !== null && !identities.some((matches) => matches(presented)))
        return "The client certificate is none of those that are accepted.";
      return revocation === null ? null : revocationFailure(chain, revocation, runtime);
    };
    return (exchange) => {
      const conclude = (message: string | null): Flow => {
        if (message === null) return "continue";
        if (!ignoresError) throw new PolicyError({ reason: "ClientCertificateInvalid", message, status: 403 });
        exchange.trace?.message(element.name, exchange.section, message);
        return "continue";
      };
      const message = failure(exchange.request.certificate, exchange.runtime);
      return message instanceof Promise ? message.then(conclude) : conclude(message);
    };
  },
});

async function revocationFailure(
  chain: readonly X509Certificate[] | null,
  revocation: RevocationModel,
  runtime: Runtime,
): Promise<string | null> {
  const status = chain === null ? "unknown" : await revocationStatus(chain, revocation, runtime);
  if (status === "revoked") return "The client certificate was revoked.";
  if (status === "good" || revocation.acceptsUnknown) return null;
  return "It cannot be found out whether the client certificate was revoked.";
}

/** Compiles one identity: what is given must match. */
function identityMatch(
  { attributes, place }: BoundChild<typeof identityChild>,
  authoritiesKnown: readonly X509Certificate[],
  compiler: PolicyCompiler,
): Matches {
  const all: Matches[] = [];
  const given = (name: keyof typeof attributes, match: (wanted: string) => Matches): void => {
    const wanted = attributes[name]?.literal;
    if (typeof wanted === "string") all.push(match(wanted));
  };
  given("thumbprint", (wanted) => hexMatch(wanted, ({ shown }) => shown.thumbprint));
  given("serial-number", (wanted) => hexMatch(wanted, ({ shown }) => shown.serialNumber));
  given(
    "common-name",
    (wanted) =>
      ({ shown }) =>
        shown.fields.subject.find("CN") === wanted,
  );
  given("subject", (wanted) => nameMatch(wanted, ({ shown }) => shown.fields.subject.name));
  given(
    "dns-name",
    (wanted) =>
      ({ shown }) =>
        shown.alternativeNames("DNS").some((name) => name.toLowerCase() === wanted.toLowerCase()),
  );
  given("issuer-subject", (wanted) => nameMatch(wanted, ({ shown }) => shown.fields.issuer.name));
  given("issuer-thumbprint", (wanted) => ({ certificate }) => {
    const issuer = issuerOf(certificate, [...authoritiesKnown, certificate]);
    return issuer !== null && comparableHex(issuer.fingerprint) === comparableHex(wanted);
  });
  given("issuer-certificate-id", (wanted) => {
    const issuer = compiler.configuration.certificates.get(wanted);
    if (issuer === undefined && !compiler.isDetached)
      compiler.report({ code: "TP3002", message: `There is no certificate ${wanted}.` }, place);
    const known = issuer === undefined ? null : new X509Certificate(issuer.der);
    return ({ certificate }) => known !== null && isIssuedBy(certificate, known);
  });
  if (attributes["issuer-certificate-id"] !== null && (attributes["issuer-subject"] ?? attributes["issuer-thumbprint"]) !== null)
    compiler.report({ code: "TP2102", message: "issuer-certificate-id excludes issuer-subject and issuer-thumbprint." }, place);
  // An identity that says nothing would let everybody in.
  if (all.length === 0) {
    compiler.report({ code: "TP2101", message: "An identity needs at least one attribute." }, place);
    return () => false;
  }
  return (presented) => all.every((matches) => matches(presented));
}

function hexMatch(wanted: string, of: (presented: ReadCertificate) => string): Matches {
  const hex = comparableHex(wanted);
  return (presented) => hex !== "" && comparableHex(of(presented)) === hex;
}

function nameMatch(wanted: string, of: (presented: ReadCertificate) => string): Matches {
  const name = comparableName(wanted);
  return (presented) => comparableName(of(presented)) === name;
}
