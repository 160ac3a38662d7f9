import { Readable } from "node:stream";
import {
  type GatewayResponse,
  Headers,
  type HostHandler,
  MessageBody,
  type ResponseMessage,
  TransportError,
} from "@turnpike/core";
import type { FastifyInstance, FastifyReply } from "fastify";
import { handleOptions } from "../host/options.js";
import { offerOutcome } from "../host/outcome.js";
import { applicationFailure, applyHead, hostTarget, onceOnly, stateLength } from "../host/request.js";
import { reasonOf } from "../host/response-head.js";
import { settleBody, UnreadBody } from "../host/unread-body.js";
import { isTrusted } from "../node/forwarded.js";
import { hasBody, refuse, toRequest } from "../node/request.js";
import { CapturedReply, putHead } from "./answer.js";
import { toPayload } from "./payload.js";
import type { FastifyTurnpikeOptions } from "./plugin.js";

/** A request between its hooks. */
class Running {
  /** What the application reads instead of the connection; null to leave that alone. */
  body: Uint8Array | null = null;
  answer: Promise<GatewayResponse> | null = null;
  /** True while the application is at work. */
  isAtHost = false;
  /** True once policies have answered without the application, with no content type. */
  isUntyped = false;
  failure: Error | null = null;
  readonly response: Promise<ResponseMessage>;
  resolve: (response: ResponseMessage) => void = () => undefined;
  reject: (error: Error) => void = () => undefined;

  constructor() {
    this.response = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever waits for it may not do so yet, or never.
    this.response.catch(() => undefined);
  }
}

/** Runs requests of an instance, and of those inside it, through a gateway around the application's own handlers. */
export function addHooks(app: FastifyInstance, options: FastifyTurnpikeOptions): void {
  const { gateway } = options;
  const trusted = isTrusted(options.trustedProxies);
  const running = new WeakMap<object, Running>();

  app.addHook("onRequest", async (request, reply) => {
    const { raw } = request;
    // Comes by a second time where policies sent it to another route.
    if (running.has(raw)) return;
    const state = new Running();
    running.set(raw, state);
    const abort = new AbortController();
    const body = hasBody(raw) ? new UnreadBody(raw) : null;
    const message = toRequest(raw, options, trusted, abort.signal, { body });
    if (typeof message === "number") {
      reply.hijack();
      return refuse(reply.raw, message);
    }
    reply.raw.once("close", () => {
      if (!reply.raw.writableFinished) {
        abort.abort();
        return state.reject(new TransportError("aborted", "The client closed the connection."));
      }
      // A route that took the response over itself has answered past all hooks: policies come to their end, too late to change anything.
      const { statusCode } = reply.raw;
      state.resolve({ status: statusCode, reason: reasonOf(reply.raw), headers: new Headers(), body: new MessageBody() });
    });
    const once = onceOnly();
    const given = handleOptions(options, request);
    const where = await new Promise<"here" | "elsewhere" | GatewayResponse>((resolve) => {
      const next: HostHandler = async (sent, exchange) => {
        once();
        const { url, method } = raw;
        state.body = await settleBody(body, sent.body);
        if (state.body !== null) stateLength(sent.headers, state.body.length);
        applyHead(raw, sent);
        raw.url = hostTarget(exchange);
        offerOutcome(raw, exchange);
        state.isAtHost = true;
        resolve(raw.url === url && raw.method === method ? "here" : "elsewhere");
        return state.response;
      };
      state.answer = gateway.handle(message, { ...given, next });
      void state.answer.then(resolve);
    });
    if (where === "here") return;
    if (where !== "elsewhere") return sendAnswer(reply, state, where);
    reply.hijack();
    app.routing(raw, reply.raw);
  });

  app.addHook("preParsing", async (request, _reply, payload) => {
    const bytes = running.get(request.raw)?.body ?? null;
    return bytes === null ? payload : Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false });
  });

  if (options.errors === "on-error")
    app.addHook("onError", async (request, _reply, error) => {
      const state = running.get(request.raw);
      if (state !== undefined) state.failure = applicationFailure(error);
    });

  app.addHook("onSend", async (request, reply, payload) => {
    const state = running.get(request.raw);
    if (state?.isUntyped === true) reply.removeHeader("content-type");
    if (state?.isAtHost !== true) return payload;
    state.isAtHost = false;
    const captured = new CapturedReply(reply, folded(reply, payload));
    if (state.failure === null) state.resolve(captured.message);
    else state.reject(state.failure);
    return captured.apply(await state.answer!, request.method);
  });
}

/** An answer of the gateway's own goes through the hooks of the application, which may add to it. */
function sendAnswer(reply: FastifyReply, state: Running, answer: GatewayResponse): FastifyReply {
  state.isUntyped = !answer.headers.has("content-type");
  putHead(reply, answer, [], null);
  return answer.body === null ? reply.send() : reply.send(toPayload(answer.body));
}

/** A `Response` of the web's carries status and headers of its own. */
function folded(reply: FastifyReply, payload: unknown): unknown {
  if (!(payload instanceof Response)) return payload;
  reply.code(payload.status);
  for (const [name, value] of payload.headers) reply.header(name, value);
  return payload.body;
}
