import { forward } from "../../backends/forward.js";
import { MessageBody } from "../../http/body.js";
import { removeHopByHop } from "../../http/hop-by-hop.js";
import { internalError } from "../../policy/declared-error.js";
import { type BoundChild, defineResolverPolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow, Step } from "../../policy/flow.js";
import { child, many, policyChild } from "../../policy/schema.js";
import { authenticationCertificate } from "../authentication/authentication-certificate.js";
import { getAuthorizationContext } from "../authentication/get-authorization-context.js";
import { includeFragment } from "../control-flow/include-fragment.js";
import { callErrors } from "../failures.js";
import { readAnswer } from "../integration/answered-call.js";
import { forwardRequest } from "../routing/forward-request.js";
import { setBackendService } from "../routing/set-backend-service.js";
import { textValue } from "../text.js";
import { findAndReplace } from "../transformation/find-and-replace.js";
import { jsonToXml } from "../transformation/json-to-xml.js";
import { setBody } from "../transformation/set-body.js";
import { setHeader } from "../transformation/set-header.js";
import { setMethod } from "../transformation/set-method.js";
import { xmlToJson } from "../transformation/xml-to-json.js";
import { dataSourceProblems } from "./problems.js";
import { isAbsoluteAddress, resolverAddress, resolverAddressErrors, takeAddress } from "./resolver-address.js";
import { makeResult, resultPolicies } from "./result-policies.js";

/** Milliseconds that a call may take where no forward-request says otherwise: as long as that has. */
const TIMEOUT = 300_000;

const dataSourceRefused = internalError(
  "the service answers 400 to 599, and no set-body in http-response makes a result of it",
  "BackendErrorStatusCode",
  "The data source answered {status} {phrase}.",
);

/** The child set-url of the request: where its call goes. */
const setUrl = defineResolverPolicy({
  name: "set-url",
  category: "graphql",
  summary: "The URL of the call; a path alone goes to the backend that set-backend-service names, else to the API's service URL.",
  attributes: {},
  children: {},
  content: "text",
  text: { type: "object", expressions: true, empty: "refused" },
  errors: resolverAddressErrors,
  compile(element, compiler) {
    const url = textValue(element.text);
    const isLiteral = url.literal !== undefined;
    if (url.literal !== undefined && resolverAddress(url.literal) === null && !compiler.isDetached)
      compiler.report(dataSourceProblems.urlInvalid(url.literal));
    return (exchange) => {
      takeAddress(exchange, url.get(exchange) ?? "", isLiteral);
      return "continue";
    };
  },
});

const requestChild = child({
  min: 1,
  content: "policies",
  section: "inbound",
  own: [setUrl],
  expressions: true,
  children: {
    "get-authorization-context": policyChild(getAuthorizationContext),
    "set-backend-service": policyChild(setBackendService),
    "set-method": policyChild(setMethod, { min: 1, missing: "warning", notes: "The method; GET where it is left out." }),
    "set-url": policyChild(setUrl, { min: 1 }),
    "include-fragment": policyChild(includeFragment, { max: many, notes: "A fragment, in place." }),
    "set-header": policyChild(setHeader, { max: many, notes: "Changes a header of the call, in document order." }),
    "set-body": policyChild(setBody, {
      notes: "The body of the call. A template sees the field's arguments as `body.arguments`.",
    }),
    "authentication-certificate": policyChild(authenticationCertificate, {
      notes: "Presents a client certificate on this call.",
    }),
  },
  notes: "How to make the call.",
});

const backendChild = child({
  content: "policies",
  section: "backend",
  children: {
    "forward-request": policyChild(forwardRequest, { notes: "How long the call may take, and whether redirects are followed." }),
  },
  notes: "Sends the call as forward-request sends requests: with the credentials and the circuit breaker of a backend entity.",
});

const responseChild = child({
  content: "policies",
  section: "outbound",
  expressions: true,
  children: {
    ...resultPolicies,
    "json-to-xml": policyChild(jsonToXml, { undocumented: "works" }),
    "xml-to-json": policyChild(xmlToJson),
    "find-and-replace": policyChild(findAndReplace, { max: many }),
  },
  notes: "Shapes the result, in document order; without it the answer is the result.",
});

/** The policy http-data-source. */
export const httpDataSource = defineResolverPolicy({
  name: "http-data-source",
  category: "graphql",
  summary: "Resolver that gets a GraphQL field's data by an HTTP request.",
  remarks: [
    "The root of a resolver's document: makes the call that http-request describes, and takes what http-response makes of the answer as the value of the field. `context.Request` and `context.Response` are those of the call; `context.GraphQL.Arguments` has the field's arguments, and `context.GraphQL.Parent` the object that the field belongs to.",
  ],
  readings: [
    "the request begins without headers of the caller: what is to be passed on is set",
    'the body of the request is the field\'s arguments, `{"arguments": {…}}`, as far as templates and expressions see it; it is sent only by a set-body',
    "a body without a Content-Type of its own is sent as application/json",
    "variables of the request can be read; those that the resolver sets are its own",
    "with set-backend-service, or with a backend element, the call is sent as forward-request sends requests; path and query of set-url stand behind the backend's base URL",
    "an answer of 400 to 599 is an error of the field, unless a set-body in http-response makes a result of it",
    "an answer for a field of a scalar type that is no JSON is the value as text; for other types it is an error of the field",
    "without forward-request a call may take 300 seconds",
  ],
  attributes: {},
  children: { "http-request": requestChild, backend: backendChild, "http-response": responseChild },
  errors: [...callErrors(), dataSourceRefused, ...resolverAddressErrors],
  compile(element) {
    const [request] = element.children["http-request"];
    const [backend] = element.children.backend;
    const [response] = element.children["http-response"];
    const forwarding = backend?.branches.some(({ name }) => name === "forward-request") === true ? backend.policies : null;
    const result = response?.policies ?? null;
    const shapes = response?.branches.some(({ name }) => name === "set-body") === true;
    return async (exchange): Promise<Flow> => {
      exchange.section = "inbound";
      await buildRequest(exchange, request!);
      exchange.section = "backend";
      await (forwarding === null ? call(exchange) : forwarded(exchange, forwarding));
      const { status, reason } = exchange.response;
      if (status >= 400 && !shapes) throw dataSourceRefused.error({ status, phrase: reason });
      await makeResult(exchange, result);
      return "continue";
    };
  },
});

type RequestElement = BoundChild<typeof requestChild>;

async function buildRequest(exchange: Exchange, { branches }: RequestElement): Promise<void> {
  const { request } = exchange;
  let hasBody = false;
  for (const { name, step } of branches) {
    const isBody = name === "set-body";
    hasBody ||= isBody;
    const own = isBody ? request.headers.get("Content-Type") : null;
    // The arguments that a template sees are JSON, whatever is made of them.
    if (isBody) request.headers.set("Content-Type", "application/json");
    const pending = step(exchange);
    if (typeof pending !== "string") await pending;
    if (own !== null) request.headers.set("Content-Type", own);
  }
  if (!hasBody) request.body = new MessageBody();
}

/** Sends the call by itself, unless it is for a backend. */
async function call(exchange: Exchange): Promise<void> {
  if (!isAbsoluteAddress(exchange)) {
    const sent = forward(exchange, { timeout: TIMEOUT, followRedirects: false, buffersRequestBody: false, http2: false });
    if (typeof sent !== "string") await sent;
    return wholeAnswer(exchange);
  }
  const { request, upstream } = exchange;
  const headers = request.headers.clone();
  removeHopByHop(headers);
  headers.deleteLookalikes();
  exchange.response = await readAnswer(
    {
      purpose: "call",
      method: request.method,
      url: request.url.toString(),
      headers,
      body: request.body.release(),
      followRedirects: false,
      ...upstream,
    },
    TIMEOUT,
    exchange,
  );
  exchange.hasBackendResponse = true;
}

/** Sends the call by forward-request, which puts the address behind a backend's: of an absolute URL that is the URL's own server. */
async function forwarded(exchange: Exchange, step: Step): Promise<void> {
  const { url } = exchange.request;
  if (isAbsoluteAddress(exchange)) exchange.target = { backendId: null, baseUrl: url.with({ path: "/", queryString: "" }) };
  const sent = step(exchange);
  if (typeof sent !== "string") await sent;
  return wholeAnswer(exchange);
}

/** The answer is read before anything else runs: its connection is free then. */
async function wholeAnswer({ response, runtime }: Exchange): Promise<void> {
  const pending = response.body.buffer(runtime.bodyLimit);
  if (pending !== undefined) await pending;
}
