import { Url } from "../../http/url.js";
import { definePolicy, type PolicyCompiler, type Value } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { oneOf, text } from "../../policy/schema.js";
import { pathError } from "../failures.js";
import { daprPath } from "../integration/dapr-path.js";
import { routingProblems } from "./problems.js";

/** What names a microservice behind the sidecar, as attributes of set-backend-service. */
export const daprTarget = {
  "dapr-app-id": text({ expressions: true, notes: "Dapr only: id of the application to call." }),
  "dapr-method": text({ expressions: true, notes: "Dapr only: method or path to call there." }),
  "dapr-namespace": text({ expressions: true, notes: "Dapr only: namespace of the application." }),
};

/** How this form fails. */
export const daprTargetErrors = [
  pathError("an expression gives a Dapr application or method that would lead elsewhere (empty, `.` or `..`)"),
];

/** The form set-backend-service has with Dapr. It is written as `<set-backend-service backend-id="dapr" … />`. */
export const setBackendServiceDapr = definePolicy({
  name: "set-backend-service-dapr",
  category: "routing",
  summary: "The Dapr form of set-backend-service: sends the request to a microservice through the sidecar.",
  remarks: [
    'The element is `<set-backend-service backend-id="dapr" … />`. The request goes to `/v1.0/invoke/{dapr-app-id}[.{dapr-namespace}]/method/{dapr-method}` of the sidecar at `deployment.daprUrl`, `http://localhost:3500` by default, when it is forwarded.',
  ],
  readings: ["the caller's path is replaced, the caller's query is kept, behind one that dapr-method has"],
  sections: ["inbound"],
  scopes: ["global", "product", "api", "operation"],
  attributes: {
    "backend-id": oneOf(["dapr"], { required: true, notes: "The word dapr." }),
    "dapr-app-id": text({ required: true, expressions: true, notes: "Id of the application to call." }),
    "dapr-method": text({ required: true, expressions: true, notes: "Method or path to call there." }),
    "dapr-namespace": text({ expressions: true, notes: "Namespace of the application." }),
  },
  children: {},
  errors: daprTargetErrors,
  compile(_element, compiler) {
    compiler.report(routingProblems.daprElement());
    return () => "continue";
  },
});

interface DaprAttributes {
  readonly "dapr-app-id": Value<string> | null;
  readonly "dapr-method": Value<string> | null;
  readonly "dapr-namespace": Value<string> | null;
}

/** Compiles set-backend-service in this form. */
export function compileDaprTarget(attributes: DaprAttributes, compiler: PolicyCompiler): (exchange: Exchange) => "continue" {
  const { "dapr-app-id": app, "dapr-method": method, "dapr-namespace": namespace } = attributes;
  if (app === null || method === null) compiler.report(routingProblems.daprIncomplete());
  if (compiler.section !== "inbound") compiler.report(routingProblems.daprNotInbound());
  return (exchange) => {
    const space = namespace?.get(exchange).trim() ?? "";
    const name = app!.get(exchange).trim();
    const [path = "", query = ""] = method!.get(exchange).trim().replace(/^\/+/, "").split("?", 2);
    const target = daprPath(["v1.0", "invoke", space === "" ? name : `${name}.${space}`, "method", path]);
    const sidecar = Url.parse(exchange.configuration.deployment.daprUrl)!;
    exchange.target = { backendId: null, baseUrl: sidecar };
    const { request } = exchange;
    const queryString = [query, request.url.queryString.replace(/^\?/, "")].filter((part) => part !== "").join("&");
    request.url = request.url.with({
      scheme: sidecar.scheme,
      host: sidecar.host,
      port: sidecar.port,
      path: `/${target}`,
      queryString,
    });
    return "continue";
  };
}
