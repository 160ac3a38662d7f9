import { raise } from "../../runtime/exceptions.js";
import {
  type CallSite,
  constant,
  defineEnum,
  defineType,
  type Reference,
  type TypeDeclaration,
  withCall,
} from "../../types/declare.js";
import { NetArray } from "../../types/values.js";
import { HostKind, hostKindOf, isWellFormed, relativeTo, Uri, UriKind, uriHeader } from "./uri.js";
import { escapeData, escapeUri, unescapeData } from "./uri-escape.js";

type Text = string | null;

const given = (text: Text, name: string): string => {
  if (text === null) throw raise.argumentNull(name);
  return text;
};
const escaping = (convert: (text: string) => string, name: string, growth: number) =>
  withCall((site: CallSite, text: Text) => {
    site.run.allocate(given(text, name).length * growth);
    return convert(given(text, name));
  });
const same = (a: Uri | null, b: Uri | null) => (a === null || b === null ? a === b : a.equals(b));
const part = (name: "scheme" | "host" | "port" | "path" | "query" | "fragment" | "userInfo" | "hostKind") => (self: Uri) =>
  self.parts[name];

const relative = (text: Text): Uri => Uri.create(given(text, "relativeUri"), UriKind.relativeOrAbsolute);

function leftPart(self: Uri, which: number): string {
  const { scheme, path, query, hasAuthority } = self.parts;
  if (which < 0 || which > 3) throw raise.argument("The value passed for the UriPartial parameter is invalid.", "part");
  if (which === 0) return hasAuthority ? `${scheme}://` : `${scheme}:`;
  if (which === 1) return hasAuthority ? self.origin : "";
  return self.origin + path + (which === 3 ? query : "");
}

const isHex = (code: number) => /^[0-9a-fA-F]$/.test(String.fromCharCode(code));

function hexUnescape(pattern: Text, index: Reference<number>): number {
  const text = given(pattern, "pattern");
  if (index.value < 0 || index.value >= text.length) throw raise.argumentOutOfRange("index");
  const match = /^%([0-9a-fA-F]{2})/.exec(text.slice(index.value, index.value + 3));
  index.value += match === null ? 1 : 3;
  return match === null ? text.charCodeAt(index.value - 1) : Number.parseInt(match[1]!, 16);
}

/** `System.Uri`, as expressions know it. */
export const uriType = defineType(uriHeader.header, {
  "new(string uriString)": (text: Text) => Uri.create(text, UriKind.absolute),
  "new(string uriString, UriKind uriKind)": (text: Text, kind: number) => Uri.create(text, kind),
  "new(Uri baseUri, string relativeUri)": (base: Uri | null, text: Text) => Uri.resolve(base, relative(text)),
  "new(Uri baseUri, Uri relativeUri)": (base: Uri | null, other: Uri | null) => Uri.resolve(base, other),
  "static bool TryCreate(string uriString, UriKind uriKind, out Uri result)": (text: Text, kind: number, result: Reference) => {
    result.value = Uri.tryCreate(text, kind);
    return result.value !== null;
  },
  "static bool TryCreate(Uri baseUri, string relativeUri, out Uri result)": (base: Uri | null, text: Text, result: Reference) => {
    const other = Uri.tryCreate(text, UriKind.relativeOrAbsolute);
    result.value = base?.isAbsolute === true && other !== null ? Uri.resolve(base, other) : null;
    return result.value !== null;
  },
  "static bool IsWellFormedUriString(string uriString, UriKind uriKind)": isWellFormed,
  "bool IsWellFormedOriginalString()": (self: Uri) => isWellFormed(self.original, UriKind.relativeOrAbsolute),

  "string Scheme { get; }": part("scheme"),
  "string Host { get; }": part("host"),
  "string DnsSafeHost { get; }": (self: Uri) => self.dnsSafeHost,
  "string IdnHost { get; }": (self: Uri) => self.dnsSafeHost,
  "int Port { get; }": part("port"),
  "string Authority { get; }": (self: Uri) => self.authority,
  "string UserInfo { get; }": part("userInfo"),
  "string AbsolutePath { get; }": (self: Uri) => self.absolutePath,
  "string AbsoluteUri { get; }": (self: Uri) => self.absoluteUri,
  "string LocalPath { get; }": (self: Uri) => self.localPath,
  "string Query { get; }": part("query"),
  "string Fragment { get; }": part("fragment"),
  "string PathAndQuery { get; }": (self: Uri) => self.absolutePath + self.parts.query,
  "string OriginalString { get; }": (self: Uri) => self.original,
  "string[] Segments { get; }": withCall(
    (site: CallSite, self: Uri) => new NetArray(site.scope.find("System.String")!, self.segments),
  ),
  "UriHostNameType HostNameType { get; }": part("hostKind"),
  "bool IsAbsoluteUri { get; }": (self: Uri) => self.isAbsolute,
  "bool IsDefaultPort { get; }": (self: Uri) => self.isDefaultPort,
  "bool IsFile { get; }": (self: Uri) => self.parts.scheme === "file",
  "bool IsUnc { get; }": (self: Uri) => self.parts.scheme === "file" && self.parts.host !== "",
  "bool IsLoopback { get; }": (self: Uri) => isLoopback(self),
  "bool UserEscaped { get; }": () => false,

  "string GetLeftPart(UriPartial part)": leftPart,
  "Uri MakeRelativeUri(Uri uri)": (self: Uri, uri: Uri | null) => {
    if (uri === null) throw raise.argumentNull("uri");
    return relativeTo(self, uri);
  },
  "bool IsBaseOf(Uri uri)": (self: Uri, uri: Uri | null) => {
    if (uri === null) throw raise.argumentNull("uri");
    if (!self.isAbsolute) return false;
    if (!uri.isAbsolute) return true;
    const { scheme, path } = self.parts;
    const start = path.slice(0, path.lastIndexOf("/") + 1);
    return uri.parts.scheme === scheme && uri.authority === self.authority && uri.parts.path.startsWith(start);
  },
  "static bool operator ==(Uri uri1, Uri uri2)": same,
  "static bool operator !=(Uri uri1, Uri uri2)": (a: Uri | null, b: Uri | null) => !same(a, b),

  "static string EscapeDataString(string stringToEscape)": escaping(escapeData, "stringToEscape", 3),
  "static string EscapeUriString(string stringToEscape)": escaping(escapeUri, "stringToEscape", 3),
  "static string UnescapeDataString(string stringToUnescape)": escaping(unescapeData, "stringToUnescape", 1),
  "static string HexEscape(char character)": (code: number) => {
    if (code > 255) throw raise.argumentOutOfRange("character");
    return `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
  },
  "static char HexUnescape(string pattern, ref int index)": hexUnescape,
  "static bool IsHexDigit(char character)": isHex,
  "static int FromHex(char digit)": (code: number) => {
    if (!isHex(code)) throw raise.argument("Value does not fall within the expected range.", "digit");
    return Number.parseInt(String.fromCharCode(code), 16);
  },
  "static bool IsHexEncoding(string pattern, int index)": (pattern: Text, index: number) =>
    /^%[0-9a-fA-F]{2}/.test(given(pattern, "pattern").slice(Math.max(index, 0))),
  "static UriHostNameType CheckHostName(string name)": (name: Text) => (name === null ? HostKind.unknown : hostKindOf(name)),
  "static bool CheckSchemeName(string schemeName)": (name: Text) => name !== null && /^[A-Za-z][A-Za-z0-9+.-]*$/.test(name),
  "const string UriSchemeHttp": constant("http"),
  "const string UriSchemeHttps": constant("https"),
  "const string UriSchemeFtp": constant("ftp"),
  "const string UriSchemeFile": constant("file"),
  "const string UriSchemeMailto": constant("mailto"),
  "const string SchemeDelimiter": constant("://"),
});

function isLoopback(uri: Uri): boolean {
  const { host, scheme } = uri.parts;
  if (host === "") return scheme === "file";
  return host === "localhost" || host === "loopback" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** System.Uri and its enumerations. */
export const uriTypes: readonly TypeDeclaration[] = [
  uriType,
  defineEnum("System.UriPartial", { Scheme: 0, Authority: 1, Path: 2, Query: 3 }),
  defineEnum("System.UriKind", { RelativeOrAbsolute: 0, Absolute: 1, Relative: 2 }, { beyond: true }),
  defineEnum("System.UriHostNameType", { Unknown: 0, Basic: 1, Dns: 2, IPv4: 3, IPv6: 4 }, { beyond: true }),
];
