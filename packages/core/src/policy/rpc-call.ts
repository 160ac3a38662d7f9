import type { Exchange } from "./exchange.js";
import { PerRequest } from "./per-request.js";

/** A message to an MCP server or an A2A agent, as far as the gateway has read it. */
export interface RpcCall {
  readonly protocol: "mcp" | "a2a";
  /** Of JSON-RPC: `tools/call`; null where the message is passed on unread. */
  readonly method: string | null;
  /** The tool that is called, if the server has it. */
  readonly tool: string | null;
  /** The session that the caller names. */
  readonly session: string | null;
  /** The agent's id, as the configuration has it. */
  readonly agent: string | null;
}

type Read = Pick<RpcCall, "method" | "tool">;

const read = new PerRequest<Read>();
/** Longer names are cut. */
const LONGEST = 128;

/** Tells what a message asks of an MCP server. */
export function noteRpcCall(exchange: Exchange, method: string, tool: string | null): void {
  read.set(exchange, { method: method.slice(0, LONGEST), tool });
}

/** What is known of a message to an MCP server or an agent; null for requests to other APIs. */
export function rpcCallOf(exchange: Exchange): RpcCall | null {
  const { api, request } = exchange;
  if (api === null || (api.type !== "mcp" && api.type !== "a2a")) return null;
  const { method = null, tool = null } = read.get(exchange) ?? {};
  const session = api.type === "mcp" ? (request.headers.get("Mcp-Session-Id")?.slice(0, LONGEST) ?? null) : null;
  return { protocol: api.type, method, tool, session, agent: api.agent?.id ?? null };
}
