import { X509Certificate } from "node:crypto";
import type { RevocationModel } from "../../model/model.js";
import { policyError } from "../../policy/declared-error.js";
import { type BoundChild, definePolicy, type PolicyCompiler } from "../../policy/define.js";
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
import { authenticationProblems } from "./problems.js";
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

const refused = { status: 403, reason: "ClientCertificateInvalid" } as const;

const refusals = {
  absent: policyError({ ...refused, when: "the caller has none", message: "No client certificate was presented." }),
  unreadable: policyError({
    ...refused,
    when: "bytes that are no certificate",
    message: "The client certificate cannot be read.",
  }),
  early: policyError({ ...refused, when: "its time has not begun", message: "The client certificate is not valid yet." }),
  expired: policyError({ ...refused, when: "its time is over", message: "The client certificate has expired." }),
  untrusted: policyError({
    ...refused,
    when: "no chain leads to a known authority",
    message: "The client certificate is not trusted.",
  }),
  other: policyError({
    ...refused,
    when: "no identity matches",
    message: "The client certificate is none of those that are accepted.",
  }),
  revoked: policyError({
    ...refused,
    when: "a revocation list names it or one of its chain",
    message: "The client certificate was revoked.",
  }),
  unsettled: policyError({
    ...refused,
    when: "no list, or no chain, says so",
    message: "It cannot be found out whether the client certificate was revoked.",
  }),
};

type Refusal = (typeof refusals)[keyof typeof refusals];

type Matches = (presented: ReadCertificate) => boolean;

/** The policy validate-client-certificate. */
export const validateClientCertificate = definePolicy({
  name: "validate-client-certificate",
  category: "authentication",
  summary: "Demands that the certificate the caller presented is sound and, optionally, that it is one of a list of identities.",
  remarks: [
    "Demands a sound client certificate.",
    "Revocation is looked up in lists (CRLs) of the configuration, and in those that certificates name if it allows that (`revocation`), for every certificate of the chain but the root. A list counts if the authority signed it and it is in time. Without one, or without a chain, the certificate is refused unless `revocation.whenUnknown` is `accept`. OCSP is not asked. Without `revocation` nothing is looked up, and validate-revocation is a warning at load.",
  ],
  readings: [
    "403 with the reason ClientCertificateInvalid",
    "roots are the platform's and the authorities among the configuration's certificates, where intermediate ones must be as well, for a caller cannot bring its own. A chain must keep to what its certificates say: constraints of names, lengths of paths, uses of keys, purposes (for clients, where a certificate below the root gives any), critical extensions",
  ],
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
  errors: Object.values(refusals),
  compile(element, compiler) {
    const { attributes } = element;
    const { configuration } = compiler;
    const checksRevocation = attributes["validate-revocation"].literal!;
    if (checksRevocation && configuration.revocation === null) compiler.report(authenticationProblems.revocationUnknown());
    const revocation = checksRevocation ? configuration.revocation : null;
    const checksTrust = attributes["validate-trust"].literal!;
    const checksStart = attributes["validate-not-before"].literal!;
    const checksEnd = attributes["validate-not-after"].literal!;
    const ignoresError = attributes["ignore-error"].literal!;
    const known = authorities(configuration);
    const identities =
      element.children.identities[0]?.children.identity.map((identity) => identityMatch(identity, known, compiler)) ?? null;

    const failure = (der: Uint8Array | null, runtime: Runtime): Refusal | null | Promise<Refusal | null> => {
      if (der === null) return refusals.absent;
      const presented = readCertificate(der);
      if (presented === null) return refusals.unreadable;
      const { fields } = presented.shown;
      const now = runtime.clock.now();
      if (checksStart && now < fields.notBefore) return refusals.early;
      if (checksEnd && now > fields.notAfter) return refusals.expired;
      const chain = checksTrust || revocation !== null ? trustedChain(presented.certificate, known, now) : null;
      if (checksTrust && chain === null) return refusals.untrusted;
      if (identities !== null && !identities.some((matches) => matches(presented))) return refusals.other;
      return revocation === null ? null : revocationFailure(chain, revocation, runtime);
    };
    return (exchange) => {
      const conclude = (refusal: Refusal | null): Flow => {
        if (refusal === null) return "continue";
        if (!ignoresError) throw refusal.error();
        exchange.observer?.message(element.name, exchange.section, refusal.message);
        return "continue";
      };
      const refusal = failure(exchange.request.certificate, exchange.runtime);
      return refusal instanceof Promise ? refusal.then(conclude) : conclude(refusal);
    };
  },
});

async function revocationFailure(
  chain: readonly X509Certificate[] | null,
  revocation: RevocationModel,
  runtime: Runtime,
): Promise<Refusal | null> {
  const status = chain === null ? "unknown" : await revocationStatus(chain, revocation, runtime);
  if (status === "revoked") return refusals.revoked;
  if (status === "good" || revocation.acceptsUnknown) return null;
  return refusals.unsettled;
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
    compiler.refer("certificate", wanted, place);
    const known = issuer === undefined ? null : new X509Certificate(issuer.der);
    return ({ certificate }) => known !== null && isIssuedBy(certificate, known);
  });
  if (attributes["issuer-certificate-id"] !== null && (attributes["issuer-subject"] ?? attributes["issuer-thumbprint"]) !== null)
    compiler.report(authenticationProblems.issuerTwice(), place);
  // An identity that says nothing would let everybody in.
  if (all.length === 0) {
    compiler.report(authenticationProblems.identityEmpty(), place);
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
