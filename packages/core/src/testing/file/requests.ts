import type { GatewayModel } from "../../model/model.js";
import { filledSecrets } from "../../observe/conceal-recording.js";
import { parseUnitDuration } from "../duration.js";
import type { TokenOptions } from "../identity-provider.js";
import { mapTexts } from "../map-texts.js";
import type { TestRequest } from "../operation-request.js";
import type { McpCallModel, RequestModel, TestFile, TestTokenModel } from "./model.js";

/** What texts of a test file may name: its tokens, and the named values of what it tests. */
export interface Fillings {
  readonly tokens: TestFile["tokens"];
  readonly mint: (token: TokenOptions & { issuer?: string }) => string;
  readonly configuration: GatewayModel;
}

/**
 * Puts tokens in place of `{{token:name}}`, named values in place of `{{value:name}}` and secrets of recordings in place of `{{secret:name}}`, in every text of a request or expectation. Tokens are
 * made when the test begins.
 */
export function filler({ tokens = {}, mint, configuration }: Fillings): <T>(value: T) => T {
  const made = new Map<string, string>();
  const fill = <T>(value: T): T =>
    mapTexts(
      filled(value, (kind, name) => (kind === "value" ? namedValueOf(configuration, name) : tokenNamed(made, name))),
      (text) => filledSecrets(text, configuration),
    ) as T;
  for (const [name, token] of Object.entries(tokens)) made.set(name, mint(tokenOf(fill(token))));
  return fill;
}

function tokenNamed(made: ReadonlyMap<string, string>, name: string): string {
  const token = made.get(name);
  if (token === undefined) throw new Error(`There is no token "${name}" in this file.`);
  return token;
}

/** A named value of the service, or of a workspace. */
function namedValueOf(configuration: GatewayModel, name: string): string {
  const models = [configuration, ...configuration.workspaces.values()];
  const found = models.map(({ namedValues }) => namedValues.get(name)).find((value) => value !== undefined);
  if (found === undefined) throw new Error(`There is no named value "${name}" in what this file tests.`);
  return found.value;
}

function filled(value: unknown, textOf: (kind: string, name: string) => string): unknown {
  if (typeof value === "string")
    return value.replace(/\{\{(token|value):([^}]+)\}\}/g, (_, kind: string, name: string) => textOf(kind, name.trim()));
  if (Array.isArray(value)) return value.map((item) => filled(item, textOf));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, filled(member, textOf)]));
}

function tokenOf({ expiresIn, notBefore, alg, kid, secretBase64, ...rest }: TestTokenModel): TokenOptions & { issuer?: string } {
  return {
    ...rest,
    ...(kid === undefined ? {} : { kid }),
    ...(secretBase64 === undefined
      ? {}
      : { secret: Buffer.from(secretBase64, /[-_]/.test(secretBase64) ? "base64url" : "base64") }),
    ...(alg === undefined ? {} : { alg: alg as NonNullable<TokenOptions["alg"]> }),
    ...(expiresIn == null ? {} : { expiresIn: parseUnitDuration(expiresIn)! }),
    ...(notBefore == null ? {} : { notBefore: parseUnitDuration(notBefore)! }),
  };
}

/** What clients of MCP send with every message. */
const MCP_HEADERS = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };

function toolCall({ call, arguments: given = {} }: McpCallModel): object {
  return { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: call, arguments: given } };
}

/** The request that a step describes. */
export function requestOf({
  mcp,
  method = mcp === undefined ? undefined : "POST",
  url,
  parameters,
  headers: written = {},
  body = mcp === undefined ? undefined : toolCall(mcp),
  bodyBase64,
  ipAddress,
  certificate,
}: RequestModel): TestRequest {
  const headers = mcp === undefined ? written : { ...MCP_HEADERS, ...written };
  const isText = typeof body === "string";
  const content =
    bodyBase64 !== undefined
      ? Buffer.from(bodyBase64, "base64")
      : body === undefined || body === null
        ? undefined
        : isText
          ? body
          : JSON.stringify(body);
  return {
    ...(method === undefined ? {} : { method }),
    ...(url === undefined ? {} : { url }),
    ...(parameters === undefined
      ? {}
      : { parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)])) }),
    headers: Object.entries(headers).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((item): [string, string] => [name, String(item)]),
    ),
    ...(content === undefined ? {} : { body: content }),
    ...(ipAddress === undefined ? {} : { ipAddress }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}
