import { containedUrl, joinedPath, pathNotAllowed, quotedPath } from "../../backends/target-path.js";
import { MessageBody } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import { removeHopByHop } from "../../http/hop-by-hop.js";
import type { OutgoingRequest } from "../../http/transport.js";
import { Url } from "../../http/url.js";
import { type DocumentedError, expressionError } from "../../policy/declared-error.js";
import type { BoundChild, BoundElement, PolicyCompiler } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { child, flag, oneOf, text, valueChild } from "../../policy/schema.js";
import {
  basicAttributes,
  basicAuthorization,
  certificateAttributes,
  certificateErrors,
  clientCertificate,
  identityAttributes,
  identityErrors,
} from "../authentication/credentials.js";
import { identityAuthorization } from "../authentication/managed-identity.js";
import { pathError } from "../failures.js";
import type { Message } from "../messages.js";
import { proxyAddress, proxyAttributes } from "../routing/proxy-address.js";
import { textValue } from "../text.js";
import { bodyChild, compileBodyChange } from "../transformation/body-change.js";
import { compileHeaderChange, headerChild } from "../transformation/header-change.js";
import { compileMethod } from "../transformation/method.js";
import { integrationProblems } from "./problems.js";

/** The attribute that says what a side call starts from. */
export const modeAttribute = oneOf(["new", "copy"], {
  default: "new",
  expressions: true,
  notes: "new: an empty request; copy: headers and body of the current request (no body in outbound).",
});

/** The children that build a side call. */
export const callChildren = {
  "set-url": valueChild({
    empty: "refused",
    notes: "The absolute URL; needed unless the request is a copy.",
  }),
  "set-method": valueChild({
    empty: "refused",
    notes: "The method; GET where it is left out of a new request.",
  }),
  "set-header": headerChild,
  "set-body": bodyChild,
  "authentication-certificate": child({
    attributes: certificateAttributes,
    notes: "Presents a client certificate on this call.",
  }),
  "authentication-managed-identity": child({
    attributes: identityAttributes,
    notes: "Puts a token of the managed identity on this call.",
  }),
  "authentication-basic": child({ attributes: basicAttributes, notes: "Puts Basic credentials on this call." }),
  "authentication-token": child({
    undocumented: "works",
    attributes: {
      "token-type": oneOf(["managed-service-identity", "token-service"], {
        default: "managed-service-identity",
        notes: "Where the token is from; of a token service there is none here.",
      }),
      "token-service-url": text({ notes: "The token service." }),
      "resource-url": text({ notes: "Resource that the token is for." }),
      "ignore-error": flag({ default: false, notes: "true: go on without a token when none can be had." }),
    },
    notes: "Older form of authentication-managed-identity.",
  }),
  "authentication-token-store": child({
    undocumented: "no-effect",
    attributes: {
      "token-id": text({ notes: "The token." }),
      "client-id": text({ notes: "The identity." }),
      "output-token-variable-name": text({ notes: "Variable for the token." }),
      "ignore-error": flag({ notes: "true: go on without a token." }),
    },
    notes: "A token of the former token store.",
  }),
  proxy: child({ attributes: proxyAttributes, notes: "Sends this call through an HTTP proxy." }),
};

const urlInvalid = expressionError("the URL to call is none", "The URL to call is not an absolute http or https URL.");

/** How building a side call fails. */
export const buildErrors: readonly DocumentedError[] = [
  urlInvalid,
  pathError("an expression gives a URL with dot segments, or with what some servers take for them"),
  ...certificateErrors,
  ...identityErrors,
];

/** A request that is ready to go out, but for what the caller decides: how long it may take and what aborts it. */
export type SideCall = Omit<OutgoingRequest, "timeout" | "signal">;

/** Of a copied request, what belongs to that one alone, besides what belongs to its connection. */
const NOT_COPIED = ["Host", "Content-Length", "Expect"];

type CallElement = BoundElement<{ readonly mode: typeof modeAttribute }, typeof callChildren>;

/**
 * Compiles what send-request and send-one-way-request have in common: building the request. Children are applied in the documented order,
 * whatever the document's: URL, method, headers, body, credentials, proxy. Open in the reference, read here as: a copy has the current
 * method and the URL that forward-request would call; its body stays readable; expressions in children see the ordinary context.
 */
export function compileSideCall(element: CallElement, compiler: PolicyCompiler): (exchange: Exchange) => Promise<SideCall> {
  const { children } = element;
  const { mode } = element.attributes;
  const [urlElement] = children["set-url"];
  if (urlElement === undefined && mode.literal === "new") compiler.report(integrationProblems.urlMissing(element.name));
  const url = urlElement === undefined ? null : textValue(urlElement.text);
  const [methodElement] = children["set-method"];
  const method = methodElement === undefined ? null : compileMethod(methodElement.text, compiler);
  const headers = children["set-header"].map((header) => compileHeaderChange(header, compiler, "request"));
  const body = children["set-body"].map((change) => compileBodyChange(change, compiler));
  const [certificateElement] = children["authentication-certificate"];
  const certificate = certificateElement === undefined ? null : clientCertificate(certificateElement, compiler);
  const [basicElement] = children["authentication-basic"];
  const basic = basicElement === undefined ? null : basicAuthorization(basicElement);
  const [identityElement] = children["authentication-managed-identity"];
  const identity = identityElement === undefined ? null : identityAuthorization(identityElement);
  const [tokenElement] = children["authentication-token"];
  const token = tokenElement === undefined ? null : olderIdentity(tokenElement, compiler);
  const [proxyElement] = children.proxy;
  const proxy = proxyElement === undefined ? null : proxyAddress(proxyElement);
  const isAfterRequest = compiler.section === "outbound" || compiler.section === "on-error";

  return async (exchange) => {
    const isCopy = mode.get(exchange) === "copy";
    const address = url === null ? copiedUrl(exchange) : addressOf(url.get(exchange) ?? "", url.literal !== undefined);
    if (address === null || (address.scheme !== "http" && address.scheme !== "https")) throw urlInvalid.error();
    const verb = method !== null ? method(exchange) : isCopy ? exchange.request.method : "GET";
    const message: Message = { headers: new Headers(), body: new MessageBody() };
    if (isCopy) await copyRequest(exchange, message, isAfterRequest);
    for (const change of headers) change(exchange, message.headers);
    for (const change of body) await change(exchange, message);
    if (basic !== null) message.headers.set("Authorization", basic(exchange));
    const authorization = identity === null ? await (token?.(exchange) ?? null) : await identity(exchange);
    if (authorization !== null) message.headers.set("Authorization", authorization);
    message.headers.deleteLookalikes();
    return {
      purpose: "call",
      method: verb,
      url: address.toString(),
      headers: message.headers,
      body: message.body.release(),
      followRedirects: false,
      ...(certificate === null ? {} : { tls: certificate(exchange) }),
      ...(proxy === null ? {} : { proxy: proxy(exchange) }),
    };
  };
}

/** Dot segments of an author's own are resolved; in what an expression makes they may be a caller's. */
function addressOf(text: string, isLiteral: boolean): Url | null {
  const url = Url.parse(text.trim());
  if (url === null) return null;
  const contained = containedUrl(url);
  if (contained !== url && !isLiteral) throw pathNotAllowed.error({ path: quotedPath(url.path) });
  return contained;
}

/** The base's own query stands in front of the request's. */
function copiedUrl({ request, target: { baseUrl } }: Exchange): Url {
  const url = containedUrl(request.url);
  if (baseUrl === null) return url;
  const queries = [baseUrl.queryString.slice(1), url.queryString.slice(1)].filter((part) => part !== "");
  return baseUrl.with({ path: joinedPath(baseUrl, url), queryString: queries.join("&") });
}

async function copyRequest(exchange: Exchange, message: Message, isAfterRequest: boolean): Promise<void> {
  const { request } = exchange;
  const sent = request.headers.clone();
  sent.deleteLookalikes();
  for (const [name, value] of sent) message.headers.append(name, value);
  removeHopByHop(message.headers);
  for (const name of NOT_COPIED) message.headers.delete(name);
  message.headers.received();
  if (isAfterRequest) return;
  await request.body.buffer(exchange.runtime.bodyLimit);
  message.body = new MessageBody(request.body.bytes);
}

/** authentication-token, as the authentication-managed-identity that it was before. */
function olderIdentity(
  { attributes, place }: BoundChild<(typeof callChildren)["authentication-token"]>,
  compiler: PolicyCompiler,
): ((exchange: Exchange) => Promise<string | null>) | null {
  const resource = attributes["resource-url"];
  if (attributes["token-type"].literal !== "managed-service-identity" || resource === null) {
    compiler.report(integrationProblems.tokenResourceMissing(), place);
    return null;
  }
  const none = { "client-id": null, "output-token-variable-name": null };
  return identityAuthorization({ attributes: { resource, "ignore-error": attributes["ignore-error"], ...none } });
}
