import { type CallSite, defineType, withCall } from "@turnpike/expressions";
import { Uri, UriKind, X509Certificate2 } from "@turnpike/expressions/values";
import { isConsumed, isReadable, readBody, readForm } from "./body.js";
import type { RequestView } from "./context.js";
import { foldedMapOf, headersOf, queryOf } from "./dictionary.js";
import { BodyView, type ResponseView, UrlView } from "./views.js";

const HEADERS = "System.Collections.Generic.IReadOnlyDictionary<string, string[]>";

export const urlType = defineType("interface IUrl", {
  "string Host { get; }": (self: UrlView) => self.url.host,
  "string Path { get; }": (self: UrlView) => self.url.path,
  "int Port { get; }": (self: UrlView) => self.url.port,
  [`${HEADERS} Query { get; }`]: withCall((site: CallSite, self: UrlView) => queryOf(site, self.url)),
  "string QueryString { get; }": (self: UrlView) => self.url.queryString,
  "string Scheme { get; }": (self: UrlView) => self.url.scheme,
  "System.Uri ToUri()": (self: UrlView) => Uri.create(self.url.toString(), UriKind.absolute),
});

export const bodyType = defineType("interface IMessageBody", {
  "T As<T>(bool preserveContent = false)": withCall(readBody),
  "System.Collections.Generic.IDictionary<string, System.Collections.Generic.IList<string>> AsFormUrlEncodedContent(bool preserveContent = false)":
    withCall(readForm),
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

const requestIdOf = (self: RequestView) => self.context.requestId;

export const requestType = defineType("interface IRequest", {
  "IMessageBody Body { get; }": ({ message }: RequestView) => (isReadable(message.body) ? new BodyView(message) : null),
  "X509Certificate2 Certificate { get; }": ({ message }: RequestView) =>
    message.certificate === null ? null : X509Certificate2.of(message.certificate),
  [`${HEADERS} Headers { get; }`]: withCall((site: CallSite, { message }: RequestView) => headersOf(site, message.headers)),
  "string IpAddress { get; }": ({ message }: RequestView) => message.ipAddress,
  "System.Collections.Generic.IReadOnlyDictionary<string, string> MatchedParameters { get; }": withCall(
    (site: CallSite, { message }: RequestView) => foldedMapOf(site, message.matchedParameters),
  ),
  "string Method { get; }": ({ message }: RequestView) => message.method,
  "IUrl OriginalUrl { get; }": (self: RequestView) => new UrlView(self.context.source.originalUrl),
  "IUrl Url { get; }": ({ message }: RequestView) => new UrlView(message.url),
  // Not in the documented table: published documents mean context.RequestId by it.
  "System.Guid Id { get; }": requestIdOf,
  "IPrivateEndpointConnection PrivateEndpointConnection { get; }": () => null,
  "IAzureVnetInfo AzureVnetInfo { get; }": () => null,
});

export const responseType = defineType("interface IResponse", {
  // A response without content has an empty body, not none.
  "IMessageBody Body { get; }": ({ message }: ResponseView) => (isConsumed(message.body) ? null : new BodyView(message)),
  [`${HEADERS} Headers { get; }`]: withCall((site: CallSite, { message }: ResponseView) => headersOf(site, message.headers)),
  "int StatusCode { get; }": ({ message }: ResponseView) => message.status,
  "string StatusReason { get; }": ({ message }: ResponseView) => message.reason,
});

/** Messages and what they are made of. */
export const messageTypes = [urlType, bodyType, privateEndpointType, vnetType, requestType, responseType];
