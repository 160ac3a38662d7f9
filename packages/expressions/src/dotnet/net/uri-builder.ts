import { raise } from "../../runtime/exceptions.js";
import { defineType } from "../../types/declare.js";
import { NetObject } from "../../types/values.js";
import { Uri, UriKind } from "./uri.js";

type Text = string | null;

/** System.UriBuilder: a URI put together part by part. */
export class UriBuilder extends NetObject {
  scheme = "http";
  userName = "";
  password = "";
  host = "localhost";
  port = -1;
  path = "/";
  query = "";
  fragment = "";

  override get declaration() {
    return uriBuilderType;
  }

  static of(uri: Uri): UriBuilder {
    const { parts } = uri;
    const builder = new UriBuilder();
    const colon = parts.userInfo.indexOf(":");
    builder.scheme = parts.scheme;
    builder.userName = colon < 0 ? parts.userInfo : parts.userInfo.slice(0, colon);
    builder.password = colon < 0 ? "" : parts.userInfo.slice(colon + 1);
    builder.host = parts.host;
    builder.port = parts.port;
    builder.path = parts.path;
    builder.query = parts.query;
    builder.fragment = parts.fragment;
    return builder;
  }

  override toText(): string {
    const user = this.userName === "" ? "" : `${this.userName}${this.password === "" ? "" : `:${this.password}`}@`;
    const port = this.port === -1 || this.host === "" ? "" : `:${this.port}`;
    const path = (this.path.startsWith("/") ? this.path : `/${this.path}`).replaceAll(" ", "%20");
    return `${this.scheme}://${user}${this.host}${port}${path}${this.query}${this.fragment}`;
  }

  get uri(): Uri {
    return Uri.create(this.toText(), UriKind.absolute);
  }
}

const text = (name: "userName" | "password" | "host") => ({
  get: (self: UriBuilder) => self[name],
  set: (self: UriBuilder, value: Text) => {
    self[name] = value ?? "";
  },
});
/** `Query` and `Fragment` are set without their sign; one that is given is kept as part of the text, as .NET Framework does. */
const signed = (name: "query" | "fragment", sign: string) => ({
  get: (self: UriBuilder) => self[name],
  set: (self: UriBuilder, value: Text) => {
    self[name] = value === null || value === "" ? "" : sign + value;
  },
});

function build(scheme: Text, host: Text, port = -1, path: Text = "/", extra: Text = ""): UriBuilder {
  const builder = new UriBuilder();
  builder.scheme = (scheme ?? "").toLowerCase();
  builder.host = host ?? "";
  builder.port = port;
  builder.path = path === null || path === "" ? "/" : path;
  if (extra?.startsWith("?")) builder.query = extra;
  else if (extra?.startsWith("#")) builder.fragment = extra;
  return builder;
}

/** `System.UriBuilder`, as expressions know it. */
export const uriBuilderType = defineType(
  "class System.UriBuilder",
  {
    "new()": () => new UriBuilder(),
    "new(string uri)": (uri: Text) => UriBuilder.of(parseLoose(uri)),
    "new(Uri uri)": (uri: Uri | null) => {
      if (uri === null) throw raise.argumentNull("uri");
      return UriBuilder.of(uri);
    },
    "new(string schemeName, string hostName)": (scheme: Text, host: Text) => build(scheme, host),
    "new(string scheme, string host, int portNumber)": build,
    "new(string scheme, string host, int port, string pathValue)": build,
    "new(string scheme, string host, int port, string path, string extraValue)": build,
    "string Scheme { get; set; }": {
      get: (self: UriBuilder) => self.scheme,
      set: (self: UriBuilder, value: Text) => {
        self.scheme = (value ?? "").toLowerCase();
      },
    },
    "string UserName { get; set; }": text("userName"),
    "string Password { get; set; }": text("password"),
    "string Host { get; set; }": text("host"),
    "int Port { get; set; }": {
      get: (self: UriBuilder) => self.port,
      set: (self: UriBuilder, value: number) => {
        if (value < -1 || value > 65_535) throw raise.argumentOutOfRange("value");
        self.port = value;
      },
    },
    "string Path { get; set; }": {
      get: (self: UriBuilder) => self.path,
      set: (self: UriBuilder, value: Text) => {
        self.path = value === null || value === "" ? "/" : value.replaceAll(" ", "%20");
      },
    },
    "string Query { get; set; }": signed("query", "?"),
    "string Fragment { get; set; }": signed("fragment", "#"),
    "System.Uri Uri { get; }": (self: UriBuilder) => self.uri,
  },
  { beyond: true },
);

/** A text without scheme counts as a host. */
function parseLoose(value: Text): Uri {
  if (value === null) throw raise.argumentNull("uri");
  return Uri.tryCreate(value, UriKind.absolute) ?? Uri.create(`http://${value}`, UriKind.absolute);
}
