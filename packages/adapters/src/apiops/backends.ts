import { type Data, isData, lastSegment, pick } from "./artifacts.js";
import { artifactProblems } from "./problems.js";
import { additionsOf, type Part, propertiesOf, type Reading } from "./reading.js";

/** Backends and pools. Client certificates are not in a folder: references to them are left out, with a warning. */
export function readBackends(reading: Reading): Part {
  const backends: Part = {};
  const certificates = new Set(Object.keys(additionsOf(reading, "certificates")));
  for (const { id, ...information } of reading.folder.collection("backends")) {
    const properties = propertiesOf(reading, "backends", id, information);
    const backend: Part = pick(properties, {
      url: "url",
      azureRegion: "azureRegion",
      title: "title",
      description: "description",
    });
    if (
      properties["properties"] !== undefined &&
      isData(properties["properties"]) &&
      properties["properties"]["serviceFabricCluster"] != null
    )
      reading.findings.warn(information.file, artifactProblems.serviceFabric(id));
    if (isData(properties["credentials"]))
      backend["credentials"] = credentialsOf(reading, id, properties["credentials"], information.file, certificates);
    if (isData(properties["tls"]))
      backend["tls"] = pick(properties["tls"], {
        validateCertificateChain: "validateCertificateChain",
        validateCertificateName: "validateCertificateName",
      });
    if (isData(properties["proxy"]))
      backend["proxy"] = pick(properties["proxy"], { url: "url", username: "username", password: "password" });
    if (isData(properties["circuitBreaker"])) backend["circuitBreaker"] = breakerOf(properties["circuitBreaker"]);
    if (isData(properties["pool"])) {
      delete backend["url"];
      backend["pool"] = poolOf(properties["pool"]);
    }
    backends[id] = backend;
  }
  return backends;
}

function credentialsOf({ findings }: Reading, id: string, written: Data, file: string, certificates: ReadonlySet<string>): Part {
  const credentials = pick(written, { header: "header", query: "query" });
  const { authorization, managedIdentity } = written;
  if (isData(authorization)) credentials["authorization"] = pick(authorization, { scheme: "scheme", parameter: "parameter" });
  if (isData(managedIdentity))
    credentials["managedIdentity"] = pick(managedIdentity, { clientId: "clientId", resource: "resource" });
  const named = [written["certificate"], written["certificateIds"]].flatMap((value) =>
    Array.isArray(value) ? value.map((each) => lastSegment(String(each))) : [],
  );
  const known = named.filter((certificate) => certificates.has(certificate) || certificates.has(certificate.toUpperCase()));
  for (const certificate of named)
    if (!known.includes(certificate)) findings.warn(file, artifactProblems.certificateMissing(id, certificate));
  if (known.length > 0) credentials["certificate"] = known;
  return credentials;
}

function breakerOf(written: Data): Part {
  const rules = Array.isArray(written["rules"]) ? written["rules"].filter(isData) : [];
  return {
    rules: rules.map((rule) => ({
      ...pick(rule, { name: "name", tripDuration: "tripDuration", acceptRetryAfter: "acceptRetryAfter" }),
      ...failureResponseOf(rule),
      ...(isData(rule["failureCondition"])
        ? {
            failureCondition: pick(rule["failureCondition"], {
              count: "count",
              percentage: "percentage",
              interval: "interval",
              statusCodeRanges: "statusCodeRanges",
              errorReasons: "errorReasons",
            }),
          }
        : {}),
    })),
  };
}

/** The status of refusals, of a rule or a pool. */
function failureResponseOf({ failureResponse }: Data): Part {
  return isData(failureResponse) ? { failureResponse: pick(failureResponse, { statusCode: "statusCode" }) } : {};
}

function poolOf(written: Data): Part {
  const services = Array.isArray(written["services"]) ? written["services"].filter(isData) : [];
  const { sessionAffinity } = written;
  const session = isData(sessionAffinity) && isData(sessionAffinity["sessionId"]) ? sessionAffinity["sessionId"] : null;
  return {
    services: services.map((service) => ({
      backend: lastSegment(String(service["id"])),
      ...pick(service, { priority: "priority", weight: "weight" }),
    })),
    ...failureResponseOf(written),
    ...(session === null ? {} : { sessionAffinity: { sessionId: pick(session, { source: "source", name: "name" }) } }),
  };
}
