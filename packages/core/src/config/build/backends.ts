import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { notThere } from "../../diagnostics/references.js";
import { withHidden } from "../../model/hidden.js";
import type { BackendCredentials, BackendModel, CertificateModel } from "../../model/model.js";
import type { BackendConfiguration, GatewayConfiguration } from "../configuration.js";
import { configurationProblems } from "../problems.js";
import type { LoadedConfiguration } from "../source.js";
import { buildBreaker } from "./breaker.js";
import { buildUrl } from "./findings.js";
import { buildPool } from "./pool.js";

type Expand = (text: string) => string;

/** Backend entities of a configuration. */
export function buildBackends(
  data: GatewayConfiguration,
  loaded: LoadedConfiguration,
  certificates: ReadonlyMap<string, CertificateModel>,
  expand: Expand,
  workspace: string | null,
): Map<string, BackendModel> {
  const backends = new Map<string, BackendModel>();
  for (const [id, written] of Object.entries(data.backends ?? {})) {
    const path = ["backends", id];
    if (written.url === undefined && written.pool === undefined) loaded.report(path, configurationProblems.backendWithoutUrl(id));
    const backend = {
      id,
      workspace,
      type: written.pool === undefined ? "Single" : "Pool",
      url:
        written.url === undefined || written.pool !== undefined
          ? null
          : buildUrl(expand(written.url), written.url, [...path, "url"], loaded),
      azureRegion: written.azureRegion ?? null,
      credentials: buildCredentials(written, path, loaded, certificates, expand),
      tls: buildTls(written, path, loaded),
      circuitBreaker: buildBreaker(written, path, loaded),
      pool: buildPool(written, path, data, loaded),
    } as const;
    backends.set(id, withHidden(backend, { proxy: buildProxy(written, path, loaded, expand) }));
  }
  return backends;
}

function buildCredentials(
  written: BackendConfiguration,
  path: readonly string[],
  loaded: LoadedConfiguration,
  certificates: ReadonlyMap<string, CertificateModel>,
  expand: Expand,
): BackendCredentials | null {
  const { credentials } = written;
  if (credentials === undefined) return null;
  const pairs = (map: Readonly<Record<string, string | readonly string[]>> | undefined) =>
    Object.entries(map ?? {}).map(([name, values]) => [name, [values].flat().map((text) => expand(String(text)))] as const);
  const certificateNames = [
    ...(credentials.certificate ?? []).map((name, index) => [name, "certificate", index] as const),
    ...(credentials.certificateIds ?? []).map((name, index) => [name, "certificateIds", index] as const),
  ];
  for (const [name, key, index] of certificateNames) {
    const isKnown =
      certificates.has(name) || [...certificates.values()].some(({ thumbprint }) => thumbprint === name.toUpperCase());
    if (!isKnown) loaded.report([...path, "credentials", key, index], notThere("certificate", name, [...certificates.keys()]));
  }
  const { authorization, managedIdentity } = credentials;
  return withHidden(
    {
      certificates: certificateNames.map(([name]) => name),
      managedIdentity:
        managedIdentity === undefined
          ? null
          : { clientId: managedIdentity.clientId ?? null, resource: managedIdentity.resource ?? null },
    },
    {
      headers: pairs(credentials.header),
      query: pairs(credentials.query),
      authorization:
        authorization === undefined ? null : { scheme: authorization.scheme, parameter: expand(String(authorization.parameter)) },
    },
  );
}

function buildProxy(
  { proxy }: BackendConfiguration,
  path: readonly string[],
  loaded: LoadedConfiguration,
  expand: Expand,
): BackendModel["proxy"] {
  if (proxy === undefined) return null;
  const { username, password } = proxy;
  const url = expand(proxy.url);
  buildUrl(url, proxy.url, [...path, "proxy", "url"], loaded);
  return {
    url,
    ...(username === undefined ? {} : { username: expand(username) }),
    ...(password === undefined ? {} : { password: expand(String(password)) }),
  };
}

function buildTls({ tls }: BackendConfiguration, path: readonly string[], loaded: LoadedConfiguration): BackendModel["tls"] {
  if (tls === undefined) return null;
  const { validateCertificateChain = true, validateCertificateName = true } = tls;
  const settings = { rejectUnauthorized: validateCertificateChain, checkName: validateCertificateName };
  if (tls.ca === undefined) return settings;
  const at = [...path, "tls", "ca"];
  if (!validateCertificateChain) loaded.report(at, configurationProblems.chainAlwaysValidated());
  const ca = typeof tls.ca === "string" ? tls.ca : loaded.readText(tls.ca.file, [...at, "file"]);
  if (ca === null) return settings;
  try {
    createSecureContext({ ca });
    new X509Certificate(ca);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    loaded.report(at, configurationProblems.caInvalid(why));
  }
  return { ...settings, rejectUnauthorized: true, ca };
}
