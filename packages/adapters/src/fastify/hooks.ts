import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import {
  type Exchange,
  type GatewayResponse,
  Headers,
  type HostHandler,
  MessageBody,
  type RequestMessage,
  type ResponseMessage,
  TransportError,
} from "@turnpike/core";
import type { FastifyInstance, FastifyReply } from "fastify";
import { handleOptions } from "../host/options.js";
import { offerOutcome } from "../host/outcome.js";
import { applicationFailure, applyHead, hostTarget, ranAlready, stateLength } from "../host/request.js";
import { reasonOf } from "../host/response-head.js";
import { settleBody, UnreadBody } from "../host/unread-body.js";
import { callerSignals } from "../wire/caller-signals.js";
import { isTrusted } from "../wire/forwarded.js";
import { refuse, toRequest } from "../wire/request.js";
import { RequestHead } from "../wire/request-head.js";
import { CapturedReply, putHead } from "./answer.js";
import { toPayload } from "./payload.js";
import type { FastifyTurnpikeOptions } from "./plugin.js";

/** A request between its hooks, where something is left to be done in them. */
class Running {
  /** What the application reads instead of the connection; null to leave that alone. */
  body: Uint8Array | null = null;
  /** True while the application is at work and policies wait for its response. */
  isAwaited = false;
  /** True once policies have answered without the application, with no content type. */
  isUntyped = false;
  failure: Error | null = null;
  answer: Promise<GatewayResponse> | null = null;
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

interface Marked {
  [key: symbol]: Running;
}

/** Runs requests of an instance, and of those inside it, through a gateway around the application's own handlers. */
export function addHooks(app: FastifyInstance, options: FastifyTurnpikeOptions): void {
  const { gateway } = options;
  const trusted = isTrusted(options.trustedProxies);
  const signalOf = callerSignals();
  const seesErrors = options.errors === "on-error";
  // On the request, as a weak map with an entry for each costs more; one for each gateway that stands around an instance.
  const key = Symbol("turnpike.running");
  const runningOf = (raw: object): Running | undefined => (raw as Marked)[key];
  const keep = (raw: object, state: Running): void => {
    (raw as Marked)[key] = state;
  };

  app.addHook("onRequest", (request, reply, done) => {
    const { raw } = request;
    // Comes by a second time where policies sent it to another route.
    if (runningOf(raw) !== undefined) return done();
    const head = new RequestHead(raw);
    const body = head.hasBody ? new UnreadBody(raw) : null;
    const message = toRequest(head, options, trusted, signalOf(head), { body });
    if (typeof message === "number") {
      reply.hijack();
      return refuse(reply.raw, message);
    }
    let hasRun = false;
    let route: "none" | "same" | "other" = "none";
    let answer: Promise<GatewayResponse> | null = null;
    let state: Running | null = null;
    const goOn = (): void => {
      if (state !== null) state.answer = answer;
      if (route === "same") return done();
      reply.hijack();
      app.routing(raw, reply.raw);
    };
    const enter = (sent: RequestMessage, exchange: Exchange, bytes: Uint8Array | null): Promise<ResponseMessage> | null => {
      if (bytes !== null) stateLength(sent.headers, bytes.length);
      applyHead(head, sent);
      const target = hostTarget(exchange);
      route = target === head.target && sent.method === head.method ? "same" : "other";
      if (route === "other") raw.url = target;
      offerOutcome(raw, exchange);
      const isAwaited = !exchange.endsAtHost || seesErrors;
      if (isAwaited || bytes !== null || route === "other") state = remember(raw, reply, bytes, isAwaited);
      if (answer !== null) goOn();
      return isAwaited ? state!.response : null;
    };
    const next: HostHandler = (sent, exchange) => {
      if (hasRun) throw ranAlready();
      hasRun = true;
      const settled = settleBody(body, sent.body);
      return settled instanceof Promise ? settled.then((bytes) => enter(sent, exchange, bytes)) : enter(sent, exchange, settled);
    };
    try {
      answer = gateway.handle(message, handleOptions(options, request, next));
    } catch (error) {
      return done(error as Error);
    }
    // Without a policy that waits it has come to that by now.
    if (route !== "none") return goOn();
    void answer.then((response) => {
      if (route !== "none") return;
      state = new Running();
      state.isUntyped = !response.headers.has("content-type");
      keep(raw, state);
      sendAnswer(reply, response);
    });
  });

  function remember(raw: IncomingMessage, reply: FastifyReply, body: Uint8Array | null, isAwaited: boolean): Running {
    const state = new Running();
    state.body = body;
    state.isAwaited = isAwaited;
    keep(raw, state);
    reply.raw.once("close", () => {
      if (!reply.raw.writableFinished) return state.reject(new TransportError("aborted", "The client closed the connection."));
      // A route that took the response over itself has answered past all hooks: policies come to their end, too late to change anything.
      const { statusCode } = reply.raw;
      state.resolve({ status: statusCode, reason: reasonOf(reply.raw), headers: new Headers(), body: new MessageBody() });
    });
    return state;
  }

  app.addHook("preParsing", (request, _reply, payload, done) => {
    const bytes = runningOf(request.raw)?.body ?? null;
    done(null, bytes === null ? payload : Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false }));
  });

  if (seesErrors)
    app.addHook("onError", async (request, _reply, error) => {
      const state = runningOf(request.raw);
      if (state !== undefined) state.failure = applicationFailure(error);
    });

  app.addHook("onSend", (request, reply, payload, done) => {
    const state = runningOf(request.raw);
    if (state?.isUntyped === true) reply.removeHeader("content-type");
    if (state?.isAwaited !== true) return done(null, payload);
    state.isAwaited = false;
    settle(state, reply, payload).then((sent) => done(null, sent), done);
  });
}

/** Lets policies see a reply. @returns the payload as they left it */
async function settle(state: Running, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const captured = new CapturedReply(reply, folded(reply, payload));
  if (state.failure === null) state.resolve(captured.message);
  else state.reject(state.failure);
  return captured.apply(await state.answer!, reply.request.method);
}

/** An answer of the gateway's own goes through the hooks of the application, which may add to it. */
function sendAnswer(reply: FastifyReply, answer: GatewayResponse): void {
  putHead(reply, answer, [], null);
  if (answer.body === null) reply.send();
  else reply.send(toPayload(answer.body));
}

/** A `Response` of the web's carries status and headers of its own. */
function folded(reply: FastifyReply, payload: unknown): unknown {
  if (!(payload instanceof Response)) return payload;
  reply.code(payload.status);
  for (const [name, value] of payload.headers) reply.header(name, value);
  return payload.body;
}
