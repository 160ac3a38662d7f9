import { Readable } from "node:stream";
import type { GatewayResponse } from "@turnpike/core";
import type { FastifyInstance, FastifyReply } from "fastify";
import { handleOptions } from "../host/options.js";
import { applicationFailure } from "../host/request.js";
import { UnreadBody } from "../host/unread-body.js";
import { callerSignals } from "../wire/caller-signals.js";
import { isTrusted } from "../wire/forwarded.js";
import { refuseRequest } from "../wire/refusal.js";
import { reportSent } from "../wire/report-sent.js";
import { toRequest } from "../wire/request.js";
import { RequestHead } from "../wire/request-head.js";
import { CapturedReply, putHead } from "./answer.js";
import { FastifyBackend, Running } from "./backend.js";
import type { FastifyTurnpikeOptions } from "./options.js";
import { toPayload } from "./payload.js";

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
      return refuseRequest(gateway, head, reply.raw, message, options.onOutcome);
    }
    const backend = new FastifyBackend(head, body, {
      raw,
      reply,
      seesErrors,
      keep: (state) => keep(raw, state),
      goOn: done,
      goElsewhere() {
        reply.hijack();
        app.routing(raw, reply.raw);
      },
    });
    let answer: Promise<GatewayResponse>;
    try {
      answer = gateway.handle(message, handleOptions(options, request, backend.handler, true));
    } catch (error) {
      return done(error as Error);
    }
    backend.begin(answer);
    void answer.then((response) => {
      reportSent(response, raw, reply.raw, backend.isHandedOver);
      if (backend.hasEntered) return;
      const state = new Running();
      state.isUntyped = !response.headers.has("content-type");
      keep(raw, state);
      sendAnswer(reply, response);
    });
  });

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
