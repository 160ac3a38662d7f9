import { MessageBody } from "../http/body.js";
import { Headers } from "../http/headers.js";
import type { GatewayRequest, GatewayResponse } from "../http/message.js";
import type { ApiModel, GatewayModel } from "../model/model.js";
import type { Exchange, HostHandler, RequestMessage, ResponseMessage } from "../policy/exchange.js";
import { noteRpcCall } from "../policy/rpc-call.js";
import { type OperationTool, operationCall, operationTool } from "./tool.js";

/** Versions of the protocol that are spoken, the newest first. */
const VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
/** Of the caller's headers, what the call of a tool goes without: credentials are forwarded by policies alone. */
const KEPT_BACK =
  /^(?:authorization|host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|accept|accept-.*|content-.*|cookie|origin|mcp-.*|last-event-id)$/i;

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;

/** Runs a request through the gateway, as if a caller had sent it. */
export type Loopback = (request: GatewayRequest) => GatewayResponse | Promise<GatewayResponse>;

type Json = Readonly<Record<string, unknown>>;

/**
 * The server of an API of type `mcp` that is made of operations: the backend of the API's pipeline. It speaks JSON-RPC over Streamable HTTP,
 * without sessions and with JSON answers. A tool's call is a request of its own to the gateway, with all policies and limits of its operation.
 */
export class McpServer {
  private readonly tools = new Map<string, OperationTool>();

  constructor(
    private readonly api: ApiModel,
    model: GatewayModel,
  ) {
    for (const tool of api.mcpTools ?? []) {
      const owner = model.apis.get(tool.api);
      const operation = owner?.operations.find(({ id }) => id === tool.operation);
      if (owner !== undefined && operation !== undefined)
        this.tools.set(
          tool.name,
          operationTool(tool, owner, operation, (id) => model.schemas.get(id)?.text ?? null),
        );
    }
  }

  /** @param loopback takes the calls of tools */
  handler(loopback: Loopback): HostHandler {
    return async (request, exchange) => {
      if (request.method !== "POST") return answer(405, null, [["Allow", "POST"]]);
      const pending = request.body.buffer(exchange.runtime.bodyLimit);
      if (pending !== undefined) await pending;
      const message = parsed(request.body.bytes);
      if (message === undefined) return rpcError(null, PARSE_ERROR, "The body is no JSON.", 400);
      if (typeof message !== "object" || message === null || Array.isArray(message))
        return rpcError(null, INVALID_REQUEST, "One message of JSON-RPC 2.0 is expected.", 400);
      const { id, method, params, jsonrpc } = message as Json;
      if (jsonrpc !== "2.0" || (id !== undefined && typeof id !== "string" && typeof id !== "number"))
        return rpcError(null, INVALID_REQUEST, "One message of JSON-RPC 2.0 is expected.", 400);
      if (typeof method === "string") noteRpcCall(exchange, method, this.nameOf(params));
      // Notifications, and answers to what was never asked.
      if (id === undefined || typeof method !== "string") return answer(202, null);
      const given = typeof params === "object" && params !== null && !Array.isArray(params) ? (params as Json) : {};
      switch (method) {
        case "initialize":
          return result(id, this.initialized(given["protocolVersion"]));
        case "ping":
          return result(id, {});
        case "tools/list":
          return result(id, { tools: [...this.tools.values()].map(({ description }) => description) });
        case "tools/call":
          return this.call(id, given, request, exchange, loopback);
        default:
          return rpcError(id, METHOD_NOT_FOUND, `There is no method ${method.slice(0, 100)}.`);
      }
    };
  }

  /** The tool that a message names, if there is one. */
  private nameOf(params: unknown): string | null {
    const name = typeof params === "object" && params !== null ? (params as Json)["name"] : undefined;
    return typeof name === "string" && this.tools.has(name) ? name : null;
  }

  private initialized(version: unknown): Json {
    return {
      protocolVersion: VERSIONS.find((known) => known === version) ?? VERSIONS[1]!,
      capabilities: { tools: { listChanged: false } },
      serverInfo: { name: this.api.name, version: this.api.version ?? "1.0.0" },
    };
  }

  private async call(
    id: string | number,
    { name, arguments: given }: Json,
    request: RequestMessage,
    exchange: Exchange,
    loopback: Loopback,
  ): Promise<ResponseMessage> {
    const tool = typeof name === "string" ? this.tools.get(name) : undefined;
    if (tool === undefined) return rpcError(id, INVALID_PARAMS, `There is no tool ${String(name).slice(0, 100)}.`);
    if (given !== undefined && (typeof given !== "object" || given === null || Array.isArray(given)))
      return rpcError(id, INVALID_PARAMS, "The arguments of a tool are an object.");
    const call = operationCall(tool, (given as Json | undefined) ?? {});
    if (typeof call === "string") return rpcError(id, INVALID_PARAMS, call);
    const response = await loopback(loopbackRequest(tool, call, request, exchange));
    const { body } = response;
    const read = new MessageBody(body);
    const pending = read.buffer(exchange.runtime.bodyLimit);
    if (pending !== undefined) await pending;
    if (response.status >= 400 && exchange.observer !== null)
      exchange.observer.why(
        `The tool ${tool.description.name} answered ${response.status} ${response.reason}: what failed in the operation ${tool.operation.id} of the API ${tool.api.id} has a line of its own in the log.`,
      );
    const text = Buffer.from(read.bytes ?? new Uint8Array(0)).toString("utf8");
    return result(id, { content: [{ type: "text", text }], isError: response.status >= 400 });
  }
}

function loopbackRequest(
  { api, operation }: OperationTool,
  call: Exclude<ReturnType<typeof operationCall>, string>,
  request: RequestMessage,
  exchange: Exchange,
): GatewayRequest {
  const { originalUrl, subscriptionKey, api: own } = exchange;
  const scheme = api.protocols.includes(originalUrl.scheme) ? originalUrl.scheme : (api.protocols[0] ?? "https");
  const version = api.versioning;
  const segments = [api.path, ...(version?.scheme === "segment" && api.version !== null ? [api.version] : [])];
  const prefix = segments.filter((segment) => segment !== "").join("/");
  const target = call.target.startsWith("/") ? call.target : `/${call.target}`;
  const headers = new Headers();
  for (const [name, value] of request.headers) if (!KEPT_BACK.test(name)) headers.append(name, value);
  // The caller's key opens the tool's API as well, if it is of a subscription that covers both.
  const keyName = api.subscriptionKeyParameterNames.header;
  if (own !== null) headers.delete(own.subscriptionKeyParameterNames.header);
  if (subscriptionKey !== null) headers.set(keyName, subscriptionKey);
  if (version?.scheme === "header" && api.version !== null) headers.set(version.name, api.version);
  for (const [name, value] of call.headers) headers.set(name, value);
  if (call.body !== null) headers.set("Content-Type", "application/json");
  const query =
    version?.scheme === "query" && api.version !== null
      ? `${encodeURIComponent(version.name)}=${encodeURIComponent(api.version)}`
      : "";
  const joint = query === "" ? "" : target.includes("?") ? "&" : "?";
  return {
    method: operation.method,
    url: `${scheme}://${originalUrl.authority}${prefix === "" ? "" : `/${prefix}`}${target}${joint}${query}`,
    headers,
    body: call.body,
    ipAddress: request.ipAddress,
    ...(request.certificate === null ? {} : { certificate: request.certificate }),
    signal: exchange.signal,
  };
}

/** Undefined for what is no JSON. */
function parsed(bytes: Uint8Array | null): unknown {
  try {
    return JSON.parse(Buffer.from(bytes ?? new Uint8Array(0)).toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

function answer(status: number, json: Json | null, headers: readonly (readonly [string, string])[] = []): ResponseMessage {
  const all = new Headers(headers);
  if (json !== null) all.set("Content-Type", "application/json");
  const reasons: Readonly<Record<number, string>> = { 200: "OK", 202: "Accepted", 400: "Bad Request", 405: "Method Not Allowed" };
  return {
    status,
    reason: reasons[status] ?? "",
    headers: all,
    body: new MessageBody(json === null ? null : Buffer.from(JSON.stringify(json))),
  };
}

function result(id: string | number, value: Json): ResponseMessage {
  return answer(200, { jsonrpc: "2.0", id, result: value });
}

function rpcError(id: string | number | null, code: number, message: string, status = 200): ResponseMessage {
  return answer(status, { jsonrpc: "2.0", id, error: { code, message } });
}
