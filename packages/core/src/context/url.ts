import { type CallSite, defineType, type TypeDeclaration, withCall } from "@turnpike/expressions";
import { NetObject, Uri, UriKind } from "@turnpike/expressions/values";
import type { Url } from "../http/url.js";
import { queryOf } from "./dictionary.js";

/** `IUrl`. */
export class UrlView extends NetObject {
  constructor(readonly url: Url) {
    super();
  }

  override get declaration(): TypeDeclaration {
    return urlType;
  }

  override toText(): string {
    return this.url.toString();
  }
}

/** The members of `IUrl`. */
export const urlType = defineType("interface IUrl", {
  "string Host { get; }": (self: UrlView) => self.url.host,
  "string Path { get; }": (self: UrlView) => self.url.path,
  "int Port { get; }": (self: UrlView) => self.url.port,
  "System.Collections.Generic.IReadOnlyDictionary<string, string[]> Query { get; }": withCall((site: CallSite, self: UrlView) =>
    queryOf(site, self.url),
  ),
  "string QueryString { get; }": (self: UrlView) => self.url.queryString,
  "string Scheme { get; }": (self: UrlView) => self.url.scheme,
  "System.Uri ToUri()": (self: UrlView) => Uri.create(self.url.toString(), UriKind.absolute),
});
