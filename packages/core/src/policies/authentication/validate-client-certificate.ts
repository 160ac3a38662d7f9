import { X509Certificate } from "node:crypto";
import type { GatewayModel } from "../../config/model.js";
import { PolicyError } from "../../pipeline/error.js";
import { allScopes, type BoundChild, definePolicy, type PolicyCompiler } from "../../pipeline/policy.js";
import { child, flag, text } from "../../pipeline/schema.js";
import {
  authorities,
  comparableHex,
  comparableName,
  dnsNames,
  isIssuedBy,
  issuerOf,
  isTrusted,
  type PresentedCertificate,
  readCertificate,
} from "./client-identity.js";

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

type Matches = (presented: PresentedCertificate, configuration: GatewayModel) => boolean;

/**
 * Demands a sound client certificate. Open in the reference, read here as: 403 with the reason ClientCertificateInvalid; roots are the platform's
 * and the authorities among the configuration's certificates; revocation is not checked, as a gateway asks nobody behind the caller's back.
 */
export const validateClientCertificate = definePolicy({
  name: "validate-client-certificate",
  category: "authentication",
  summary: "Demands that the certificate the caller presented is sound and, optionally, that it is one of a list of identities.",
  sections: ["inbound"],
  scopes: allScopes,
  attributes: {
    "validate-revocation": flag({ default: true, notes: "Check against the online revocation list." }),
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
  compile(element, compiler) {
    const { attributes } = element;
    if (attributes["validate-revocation"].literal!)
      compiler.report({
        severity: "warning",
        code: "TP2104",
        message: "Turnpike does not ask whether a client certificate was revoked.",
        hint: 'Write validate-revocation="false" to say that this is known.',
      });
    const checksTrust = attributes["validate-trust"].literal!;
    const checksStart = attributes["validate-not-before"].literal!;
    const checksEnd = attributes["validate-not-after"].literal!;
    const ignoresError = attributes["ignore-error"].literal!;
    const identities = element.children.identities[0]?.children.identity.map((one) => identityMatch(one, compiler)) ?? null;

    const failure = (der: Uint8Array | null, configuration: GatewayModel, now: number): string | null => {
      if (der === null) return "No client certificate was presented.";
      const presented = readCertificate(der);
      if (presented === null) return "The client certificate cannot be read.";
      const { fields } = presented.shown;
      if (checksStart && now < fields.notBefore) return "The client certificate is not valid yet.";
      if (checksEnd && now > fields.notAfter) return "The client certificate has expired.";
      if (checksTrust && !isTrusted(presented.certificate, authorities(configuration), now))
        return "The client certificate is not trusted.";
      if (identities !== null && !identities.some((matches) => matches(presented, configuration)))
        return "The client certificate is none of those that are accepted.";
      return null;
    };
    return (exchange) => {
      const message = failure(exchange.request.certificate, exchange.configuration, exchange.runtime.clock.now());
      if (message === null) return "continue";
      if (!ignoresError) throw new PolicyError({ reason: "ClientCertificateInvalid", message, status: 403 });
      exchange.trace?.message(element.name, exchange.section, message);
      return "continue";
    };
  },
});

/** Compiles one identity: what is given must match. */
function identityMatch({ attributes, place }: BoundChild<typeof identityChild>, compiler: PolicyCompiler): Matches {
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
      ({ certificate }) =>
        dnsNames(certificate).includes(wanted.toLowerCase()),
  );
  given("issuer-subject", (wanted) => nameMatch(wanted, ({ shown }) => shown.fields.issuer.name));
  given("issuer-thumbprint", (wanted) => ({ certificate }, configuration) => {
    const issuer = issuerOf(certificate, [...authorities(configuration), certificate]);
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
  return (presented, configuration) => all.every((matches) => matches(presented, configuration));
}

function hexMatch(wanted: string, of: (presented: PresentedCertificate) => string): Matches {
  const hex = comparableHex(wanted);
  return (presented) => hex !== "" && comparableHex(of(presented)) === hex;
}

function nameMatch(wanted: string, of: (presented: PresentedCertificate) => string): Matches {
  const name = comparableName(wanted);
  return (presented) => comparableName(of(presented)) === name;
}
