import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { withHidden } from "../../model/hidden.js";
import type { CertificateModel } from "../../model/model.js";
import type { CertificateConfiguration, GatewayConfiguration, TextSource } from "../configuration.js";
import { type OutsideValues, unknownText, vaultKey } from "../outside-values.js";
import { configurationProblems } from "../problems.js";
import type { LoadedConfiguration } from "../source.js";
import { outsideValue } from "./named-values.js";

/** Client certificates of a configuration, from PKCS #12, PEM or a vault. */
export function buildCertificates(
  data: GatewayConfiguration,
  loaded: LoadedConfiguration,
  outside: OutsideValues,
  expand: (text: string) => string,
): Map<string, CertificateModel> {
  const certificates = new Map<string, CertificateModel>();
  for (const [id, certificate] of Object.entries(data.certificates ?? {})) {
    const path = ["certificates", id];
    if (certificate.keyVault !== undefined && outside.unknown?.has(vaultKey(certificate.keyVault)) === true) {
      const thumbprint = unknownText(vaultKey(certificate.keyVault));
      certificates.set(id, withHidden({ id, der: Buffer.alloc(0), thumbprint }, { tls: {} }));
      continue;
    }
    try {
      const tls = materialOf(id, certificate, path, loaded, outside, expand);
      if (tls === null) continue;
      const der = tls.pfx === undefined ? new X509Certificate(tls.cert!).raw : certificateIn(tls.pfx, tls.passphrase ?? "");
      const thumbprint = new X509Certificate(der).fingerprint.replaceAll(":", "");
      certificates.set(id, withHidden({ id, der, thumbprint }, { tls }));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      loaded.report(path, configurationProblems.certificateInvalid(id, why));
    }
  }
  return certificates;
}

/** What TLS is given; null, and a finding, where there is nothing. */
function materialOf(
  id: string,
  certificate: CertificateConfiguration,
  path: readonly string[],
  loaded: LoadedConfiguration,
  outside: OutsideValues,
  expand: (text: string) => string,
): CertificateModel["tls"] | null {
  const text = (source: TextSource, key: string): string | null =>
    typeof source === "string" ? expand(source) : loaded.readText(source.file, [...path, key, "file"]);
  const passphrase = expand(String(certificate.password ?? ""));
  if (certificate.keyVault !== undefined) {
    const secret = outsideValue(`certificate ${id}`, certificate, path, loaded, outside);
    if (secret === null) return null;
    if (secret.includes("-----BEGIN")) return { cert: secret, key: secret };
    return { pfx: Buffer.from(secret, "base64"), passphrase };
  }
  if (certificate.pfx !== undefined) {
    const pfx =
      typeof certificate.pfx === "string"
        ? Buffer.from(expand(certificate.pfx), "base64")
        : loaded.readBytes(certificate.pfx.file, [...path, "pfx", "file"]);
    return pfx === null ? null : { pfx, passphrase };
  }
  if (certificate.certificate === undefined) {
    loaded.report(path, configurationProblems.certificateWithoutContent(id));
    return null;
  }
  const cert = text(certificate.certificate, "certificate");
  const key = certificate.key === undefined ? undefined : text(certificate.key, "key");
  if (cert === null || key === null) return null;
  return { cert, ...(key === undefined ? {} : { key }) };
}

function certificateIn(pfx: Uint8Array, passphrase: string): Uint8Array {
  const { context } = createSecureContext({ pfx: Buffer.from(pfx), passphrase }) as unknown as {
    context: { getCertificate(): Buffer | null };
  };
  const der = context.getCertificate();
  if (der === null) throw new Error("it holds no certificate.");
  return der;
}
