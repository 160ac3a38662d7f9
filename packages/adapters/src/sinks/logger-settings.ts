import type { LoggerModel } from "@turnpike/core";

/** How an event hub is reached. */
export interface EventHubSettings {
  /** The hub. */
  readonly name: string;
  readonly connectionString: string | null;
  /** The namespace's host, where an identity is used in place of a connection string. */
  readonly endpointAddress: string | null;
  /** Null: the system-assigned identity. */
  readonly identityClientId: string | null;
}

/** Where the messages of a logger go, by its settings. */
export type LoggerTarget =
  | { readonly kind: "event-hub"; readonly settings: EventHubSettings }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "stdout" }
  | { readonly kind: "http"; readonly url: string; readonly headers: Readonly<Record<string, string>> };

/** What a redacted or missing value looks like: what an extractor put in its place, or a named value that is not there. */
const NO_VALUE = /^\s*$|\*{3}|^\{\{[^}]*\}\}$/;

/**
 * Where a logger's messages go.
 * @returns a text that says why nowhere, where its settings do not tell
 */
export function targetOf({ type, properties }: LoggerModel): LoggerTarget | string {
  const setting = (name: string): string | null => textOf(properties.get(name));
  switch (type.toLowerCase()) {
    case "azureeventhub":
      return eventHubOf(properties);
    case "file": {
      const path = setting("path");
      return path === null ? "it names no path" : { kind: "file", path };
    }
    case "stdout":
      return { kind: "stdout" };
    case "http": {
      const url = setting("url");
      if (url === null) return "it names no url";
      if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return "its url is no http or https URL";
      return { kind: "http", url, headers: headersOf(properties.get("headers")) };
    }
    case "":
      return "it says no type";
    default:
      return `a logger of the type ${type} takes no messages`;
  }
}

function eventHubOf(properties: LoggerModel["properties"]): LoggerTarget | string {
  const credentials = properties.get("credentials");
  const setting = (name: string): string | null =>
    textOf(isData(credentials) ? credentials[name] : undefined) ?? textOf(properties.get(name));
  const connectionString = setting("connectionString");
  const endpointAddress = setting("endpointAddress");
  const name = setting("name") ?? /(?:^|;)\s*EntityPath=([^;]+)/i.exec(connectionString ?? "")?.[1] ?? null;
  if (connectionString === null && endpointAddress === null) return "its credentials are not in the configuration";
  if (name === null) return "it names no event hub";
  const identity = setting("identityClientId");
  const identityClientId = identity === null || /^systemassigned$/i.test(identity) ? null : identity;
  return { kind: "event-hub", settings: { name, connectionString, endpointAddress, identityClientId } };
}

/** The connection string of a logger of the type applicationInsights; null where its settings hold none. */
export function connectionStringOf({ properties }: LoggerModel): string | null {
  const credentials = properties.get("credentials");
  const setting = (name: string): string | null => textOf(isData(credentials) ? credentials[name] : properties.get(name));
  const key = setting("instrumentationKey");
  return setting("connectionString") ?? (key === null ? null : `InstrumentationKey=${key}`);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && !NO_VALUE.test(value) ? value : null;
}

function headersOf(value: unknown): Record<string, string> {
  if (!isData(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}

function isData(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
