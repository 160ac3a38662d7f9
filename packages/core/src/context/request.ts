import { type CallSite, defineType, type TypeDeclaration, withCall } from "@turnpike/expressions";
import { type Guid, NetObject, X509Certificate2 } from "@turnpike/expressions/values";
import type { RequestMessage } from "../policy/exchange.js";
import { isReadable } from "./body.js";
import { foldedMapOf, headersOf } from "./dictionary.js";
import { guidOf } from "./guid.js";
import { BodyView } from "./message-body.js";
import type { ContextSource } from "./source.js";
import { UrlView } from "./url.js";

/** `IRequest`. */
export class RequestView extends NetObject {
  private id: Guid | null = null;

  constructor(readonly source: ContextSource) {
    super();
  }

  override get declaration(): TypeDeclaration {
    return requestType;
  }

  get message(): RequestMessage {
    return this.source.request;
  }

  /** As a Guid. */
  get requestId(): Guid {
    this.id ??= guidOf(this.source.requestId);
    return this.id;
  }
}

/** `IFoundry`. */
class FoundryView extends NetObject {
  constructor(readonly request: RequestView) {
    super();
  }

  override get declaration(): TypeDeclaration {
    return foundryType;
  }
}

const DEPLOYMENT = /\/deployments\/([^/]+)/;

/** The model's deployment that a request is for: by its URL, or by the model that its body names. */
function deploymentOf({ message, source }: RequestView): string | null {
  const inPath = DEPLOYMENT.exec(source.originalUrl.path)?.[1];
  if (inPath !== undefined) return decoded(inPath);
  const { bytes } = message.body;
  if (!message.body.isBuffered || bytes === null || bytes.length === 0) return null;
  let model = models.get(bytes);
  if (model === undefined) models.set(bytes, (model = modelOf(bytes)));
  return model;
}

/** What bodies name, so that each is taken apart once. */
const models = new WeakMap<Uint8Array, string | null>();

function modelOf(bytes: Uint8Array): string | null {
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    const model = typeof json === "object" && json !== null ? (json as { readonly model?: unknown }).model : null;
    return typeof model === "string" ? model : null;
  } catch {
    return null;
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const foundryType = defineType("interface IFoundry", {
  "string Deployment { get; }": ({ request }: FoundryView) => deploymentOf(request),
});

const privateEndpointType = defineType("interface IPrivateEndpointConnection", {
  "string Name { get; }": () => null,
  "string GroupId { get; }": () => null,
  "string MemberName { get; }": () => null,
});

const vnetType = defineType("interface IAzureVnetInfo", {
  "int VnetTrafficTag { get; }": () => 0,
  "int SubnetId { get; }": () => 0,
  "int PrivateLinkId { get; }": () => 0,
  "string SnatVip { get; }": () => null,
});

/** The members of `IRequest`. */
export const requestType = defineType("interface IRequest", {
  "IMessageBody Body { get; }": ({ message }: RequestView) => (isReadable(message.body) ? new BodyView(message) : null),
  "X509Certificate2 Certificate { get; }": ({ message }: RequestView) =>
    message.certificate === null ? null : X509Certificate2.of(message.certificate),
  "IFoundry Foundry { get; }": (self: RequestView) => new FoundryView(self),
  "System.Collections.Generic.IReadOnlyDictionary<string, string[]> Headers { get; }": withCall(
    (site: CallSite, { message }: RequestView) => headersOf(site, message.headers),
  ),
  "string IpAddress { get; }": ({ message }: RequestView) => message.ipAddress,
  "System.Collections.Generic.IReadOnlyDictionary<string, string> MatchedParameters { get; }": withCall(
    (site: CallSite, { message }: RequestView) => foldedMapOf(site, message.matchedParameters),
  ),
  "string Method { get; }": ({ message }: RequestView) => message.method,
  "IUrl OriginalUrl { get; }": (self: RequestView) => new UrlView(self.source.originalUrl),
  "IUrl Url { get; }": ({ message }: RequestView) => new UrlView(message.url),
  // Not in the documented table: published documents mean context.RequestId by it.
  "System.Guid Id { get; }": (self: RequestView) => self.requestId,
  "IPrivateEndpointConnection PrivateEndpointConnection { get; }": () => null,
  "IAzureVnetInfo AzureVnetInfo { get; }": () => null,
});

/** `IRequest`, and what it leads to that only API Management itself can know. */
export const requestTypes = [foundryType, privateEndpointType, vnetType, requestType];
