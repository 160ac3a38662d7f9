import { containedUrl, pathNotAllowed, quotedPath } from "../../backends/target-path.js";
import { normalizePath } from "../../http/path.js";
import { Url } from "../../http/url.js";
import { expressionError, internalError } from "../../policy/declared-error.js";
import { definePolicy, type PolicyCompiler } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { PerRequest } from "../../policy/per-request.js";
import { flag, oneOf, text } from "../../policy/schema.js";
import { allScopes, type ScopeName } from "../../policy/sections.js";
import { valueRequired } from "../../policy/value.js";
import { pathError } from "../failures.js";
import { policyProblems } from "../problems.js";
import { routingProblems } from "./problems.js";
import { compileDaprTarget, daprTarget, daprTargetErrors } from "./set-backend-service-dapr.js";

/** The scope whose policy chose a request's backend entity. */
const chosenBy = new PerRequest<ScopeName>();

const serviceFabric = [
  "sf-resolve-condition",
  "sf-service-instance-name",
  "sf-partition-key",
  "sf-replica-type",
  "sf-listener-name",
] as const;

const DAPR = Object.keys(daprTarget) as (keyof typeof daprTarget)[];

const backendNotFound = internalError(
  "an expression names a backend that the configuration lacks",
  "BackendNotFound",
  "Backend with id '{id}' could not be found.",
);

const addressInvalid = expressionError("an expression gives a base-url that is none", "'{text}' is not an absolute URL.");

/** The policy set-backend-service. */
export const setBackendService = definePolicy({
  name: "set-backend-service",
  category: "routing",
  summary: "Redirects the request to another backend, by base URL or by the name of a backend entity.",
  remarks: ["Sends the request to another backend."],
  readings: [
    "with both base-url and backend-id the latter wins, with a warning",
    "a base-url after a backend-id of an outer scope is ignored, with a note in the trace",
    "an unknown backend-id fails the load, or the request with a 500 if an expression gives it",
    "the Service Fabric attributes are refused, because there is no resolver for them",
  ],
  sections: ["inbound", "backend"],
  scopes: allScopes,
  attributes: {
    "base-url": text({ expressions: true, notes: "The new base URL; needed unless backend-id is given." }),
    "backend-id": text({
      expressions: true,
      notes: "Name of a configured backend, single or pool; needed unless base-url is given.",
    }),
    "sf-resolve-condition": flag({
      expressions: true,
      notes: "Service Fabric only, and not supported: when to resolve the service again.",
    }),
    "sf-service-instance-name": text({
      expressions: true,
      notes: "Service Fabric only, and not supported: the service instance.",
    }),
    "sf-partition-key": text({ expressions: true, notes: "Service Fabric only, and not supported: the partition key." }),
    "sf-replica-type": oneOf(["primary", "secondary"], {
      expressions: true,
      notes: "Service Fabric only, and not supported: which replica to call.",
    }),
    "sf-listener-name": text({ expressions: true, notes: "Service Fabric only, and not supported: which listener to use." }),
    ...daprTarget,
  },
  children: {},
  errors: [
    backendNotFound,
    { ...valueRequired, when: "base-url is empty, or backend-id where it stands alone" },
    addressInvalid,
    ...daprTargetErrors,
    pathError("an expression gives a base-url with dot segments, or with what some servers take for them"),
  ],
  compile(element, compiler) {
    const { "base-url": baseUrl, "backend-id": backendId } = element.attributes;
    const fabric = serviceFabric.find((name) => element.attributes[name] !== null);
    if (fabric !== undefined) compiler.report(routingProblems.serviceFabric(fabric));
    if (backendId?.literal?.trim() === "dapr") return compileDaprTarget(element.attributes, compiler);
    if (DAPR.some((name) => element.attributes[name] !== null)) compiler.report(routingProblems.daprWithoutBackend());
    if (baseUrl === null && backendId === null)
      compiler.report(policyProblems.attributeMissing(element.name, "base-url", "backend-id"));
    if (baseUrl !== null && backendId !== null) compiler.report(routingProblems.backendWins());
    if (baseUrl?.literal !== undefined && backendId === null && !isPlaceholder(baseUrl.literal) && !isBase(baseUrl.literal))
      compiler.report(
        parseBase(baseUrl.literal) === null
          ? // A document on its own may be a template whose address is filled in before it is deployed.
            routingProblems.notAUrl(compiler.isDetached && baseUrl.literal.trim() === "" ? "warning" : "error", baseUrl.literal)
          : routingProblems.ambiguousUrl(baseUrl.literal),
      );
    if (backendId?.literal !== undefined) checkBackend(backendId.literal, compiler);

    return (exchange) => {
      const id = backendId?.get(exchange).trim() ?? "";
      if (id !== "") {
        useBackend(id, exchange, compiler.scope);
        return "continue";
      }
      const address = baseUrl?.get(exchange).trim() ?? "";
      if (address === "") throw valueRequired.error({ attribute: baseUrl === null ? "backend-id" : "base-url" });
      const url = parseBase(address);
      if (url === null) throw addressInvalid.error({ text: address });
      const contained = containedUrl(url);
      // Those of an author's own are resolved; in what an expression makes they may be a caller's.
      if (contained !== url && baseUrl?.literal === undefined) throw pathNotAllowed.error({ path: quotedPath(url.path) });
      const by = chosenBy.get(exchange);
      if (by !== undefined && isOutside(by, compiler.scope)) {
        exchange.observer?.message(
          "set-backend-service",
          exchange.section,
          "base-url was ignored: an outer scope has chosen the backend by backend-id.",
        );
        return "continue";
      }
      chosenBy.delete(exchange);
      setTarget(exchange, null, contained);
      return "continue";
    };
  },
});

function checkBackend(id: string, compiler: PolicyCompiler): void {
  compiler.refer("backend", id.trim());
}

function useBackend(id: string, exchange: Exchange, scope: ScopeName): void {
  const backend = exchange.configuration.backends.get(id);
  if (backend === undefined) throw backendNotFound.error({ id });
  chosenBy.set(exchange, scope);
  setTarget(exchange, id, backend.url);
}

/** From here on `context.Request.Url` shows the backend's host; path and query stay the request's. */
function setTarget(exchange: Exchange, backendId: string | null, baseUrl: Url | null): void {
  exchange.target = { backendId, baseUrl };
  const { request } = exchange;
  if (baseUrl !== null) request.url = request.url.with({ scheme: baseUrl.scheme, host: baseUrl.host, port: baseUrl.port });
}

function parseBase(text: string): Url | null {
  return Url.parse(text.trim());
}

/** Its dot segments, if it has any, are resolved when it is used. */
function isBase(text: string): boolean {
  const url = parseBase(text);
  return url !== null && normalizePath(url) !== null;
}

/** A named value that is not given when a document is checked alone leaves its braces. */
function isPlaceholder(text: string): boolean {
  return text.includes("{{");
}

function isOutside(outer: ScopeName, inner: ScopeName): boolean {
  const order: readonly ScopeName[] = ["global", "workspace", "product", "api", "operation"];
  return order.indexOf(outer) < order.indexOf(inner);
}
