// A gateway that inputs are sent to: no socket, a clock that stands still, a backend that writes down what it gets.
import { createGateway, createMemoryStore, Headers } from "@turnpike/core";
import { Finding, holds, noInternals } from "./finding.mjs";

/** A time that only the front end moves. Timers are counted, and fire when it is moved past them. */
export function standingClock(start = Date.UTC(2026, 0, 1)) {
  let now = start;
  const timers = new Set();
  return {
    now: () => now,
    setTimer(callback, ms) {
      const timer = { at: now + Math.max(0, ms), callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers].sort((a, b) => a.at - b.at)) if (timer.at <= now && timers.delete(timer)) timer.callback();
    },
    get waiting() {
      return timers.size;
    },
  };
}

export const document = ({ inbound = "", backend = "<base />", outbound = "", onError = "" }) =>
  `<policies><inbound><base />${inbound}</inbound><backend>${backend}</backend><outbound><base />${outbound}</outbound><on-error><base />${onError}</on-error></policies>`;

/**
 * A gateway with one API at `/a`, whose backend answers 200 unless `answer` says something else.
 * @param options `sections` of the API's document, `api` and `configuration` beside it, `answer` of an outgoing request, `gateway` options
 */
export async function world({ sections = {}, api = {}, configuration = {}, answer = () => ({}), gateway: options = {} }) {
  const clock = options.clock ?? standingClock();
  const sent = [];
  const faults = [];
  const note = (fields, message) => {
    // What policies are there for, or what a backend did, is told of as well, by its reason.
    if (fields.activityId !== undefined && fields.reason !== "InternalError") return;
    faults.push(`${message} ${fields?.err?.stack ?? JSON.stringify(fields)}`);
  };
  const gateway = await createGateway(
    {
      ...configuration,
      apis: {
        a: {
          path: "a",
          serviceUrl: "http://backend.internal/base",
          subscriptionRequired: false,
          policy: document(sections),
          operations: Object.fromEntries(
            ["GET", "POST", "OPTIONS", "PUT"].map((method) => [method, { method, urlTemplate: "/*" }]),
          ),
          ...api,
        },
        ...configuration.apis,
      },
    },
    {
      clock,
      store: createMemoryStore({ clock }),
      logger: { debug() {}, info() {}, warn() {}, error: note },
      transport: async (request) => {
        if (sent.length < 64) sent.push(request);
        const { status = 200, reason = "OK", headers = [], body = Buffer.from("answer") } = answer(request);
        return { status, reason, headers: new Headers(headers), body };
      },
      ...options,
    },
  );
  return {
    gateway,
    clock,
    /**
     * Sends a request and looks at what every answer must be.
     * @param input the fuzzed text, for what it may show
     */
    send: async (request, input, more = {}) => {
      sent.length = 0;
      faults.length = 0;
      let exchange = null;
      const response = await gateway.handle(
        { method: "GET", url: "http://gateway.example/a/x", headers: [], ...request },
        { ...more, observe: (one) => void (exchange = one) },
      );
      const body = await bytesOf(response.body);
      if (faults.length > 0) throw new Finding("internal", faults[0].slice(0, 900));
      if (exchange.lastError !== null) noInternals(exchange.lastError.message, input);
      if (response.status >= 400) noInternals(body.toString("latin1"), input);
      for (const [name, value] of response.headers)
        holds(
          !/[\r\n\0]/.test(name + value),
          "injected",
          `the response header ${name} holds a line end: ${JSON.stringify(value)}`,
        );
      for (const { url, headers } of sent) {
        holds(!/[\0-\x20\x7f]/.test(url), "injected", `the backend's URL is ${JSON.stringify(url)}`);
        for (const [name, value] of headers)
          holds(
            !/[\r\n\0]/.test(name + value),
            "injected",
            `the request header ${name} holds a line end: ${JSON.stringify(value)}`,
          );
      }
      const { status, reason, headers, trace } = response;
      return { status, reason, headers, body, trace, exchange, sent };
    },
  };
}

export async function bytesOf(body) {
  if (body === null) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
