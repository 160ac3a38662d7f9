import { type Body, type GatewayResponse, Headers as HeaderList, MessageBody, type ResponseMessage } from "@turnpike/core";
import type { FastifyReply } from "fastify";
import { dropStaleTag, isOfConnection, reasonOf } from "../host/response-head.js";
import { cleanReason, cleanValues, isHeaderName, valuesByName } from "../wire/header-lines.js";
import { isHttp2Response } from "../wire/http2.js";
import { toBody, toPayload } from "./payload.js";

/** A reply on its way out, as policies get to see it, and what is needed to put their changes on it. */
export class CapturedReply {
  readonly message: ResponseMessage;
  private readonly source: Body;
  private readonly before: readonly string[];
  private readonly tag: string | null;
  private readonly original: MessageBody;
  private readonly reason: string;

  constructor(
    private readonly reply: FastifyReply,
    private readonly payload: unknown,
  ) {
    this.source = toBody(payload);
    const headers = readHeaders(reply);
    this.before = [...headers.toFlat()];
    this.tag = headers.get("etag");
    const { raw, statusCode } = reply;
    this.reason = reasonOf(raw);
    this.original = new MessageBody(this.source);
    this.message = { status: statusCode, reason: this.reason, headers, body: this.original };
  }

  /** Puts the answer on the reply. @returns the payload to send */
  apply(answer: GatewayResponse, method: string): unknown {
    const { payload, reply, source } = this;
    dropStaleTag(answer, this.original, this.tag);
    putHead(reply, answer, this.before, this.reason);
    // Fastify's routes of HEAD count what they are given.
    if (method === "HEAD") return payload;
    if (answer.body === null) return null;
    return answer.body === source ? payload : toPayload(answer.body);
  }
}

/** Puts an answer that the application has no part in on the reply. */
export function putHead(reply: FastifyReply, answer: GatewayResponse, before: readonly string[], reason: string | null): void {
  reply.code(answer.status);
  if (answer.reason !== reason && !isHttp2Response(reply.raw)) reply.raw.statusMessage = cleanReason(answer.reason);
  const flat = answer.headers.toFlat();
  if (flat.length === before.length && flat.every((text, i) => text === before[i])) return;
  const wanted = valuesByName(flat);
  for (const [name, values] of valuesByName(before)) {
    const now = wanted.get(name);
    if (now !== undefined && now.length === values.length && now.every((value, i) => value === values[i])) {
      wanted.delete(name);
      continue;
    }
    reply.removeHeader(name);
    reply.raw.removeHeader(name);
  }
  for (const [name, values] of wanted) if (isHeaderName(name)) reply.header(name, cleanValues(values));
}

function readHeaders(reply: FastifyReply): HeaderList {
  const headers = new HeaderList();
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value === undefined || isOfConnection(name)) continue;
    for (const item of Array.isArray(value) ? value : [value]) headers.append(name, String(item));
  }
  return headers;
}
