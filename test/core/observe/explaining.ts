import {
  createGateway,
  type GatewayConfiguration,
  type GatewayOptions,
  type GatewayOutcome,
  type GatewayRequest,
  Headers,
  type IncomingResponse,
  type OutgoingRequest,
  type TraceDocument,
  type TracedStep,
  type Transport,
} from "@turnpike/core";
import { accessLogRecord } from "@turnpike/core/adapter";
import { testClock } from "@turnpike/core/testing";

/** A document of one scope. */
export interface Sections {
  readonly inbound?: string;
  readonly backend?: string;
  readonly outbound?: string;
  readonly onError?: string;
}

type Api = NonNullable<GatewayConfiguration["apis"]>[string];

/** A request, and the gateway that it comes to: the API `a` at `/a` with the operation `GET /x`, for everybody. */
export interface Explaining extends Sections {
  readonly api?: Partial<Api>;
  /** What else the configuration holds; `apis` stand in place of the API `a`. */
  readonly configuration?: Partial<GatewayConfiguration>;
  readonly options?: Partial<GatewayOptions>;
  /** What calls are answered; 200 and `fine` where it says nothing. */
  readonly answer?: (request: OutgoingRequest) => Partial<IncomingResponse> | Promise<Partial<IncomingResponse>>;
  readonly request?: Omit<Partial<GatewayRequest>, "headers">;
  readonly headers?: Readonly<Record<string, string>>;
  /** How often the request is sent: the last one counts. */
  readonly times?: number;
  /** Seconds since 1970 at which the clock begins. */
  readonly clock?: number;
  /** Starts the backend that the API `a` has, which calls reach over the network. */
  readonly service?: () => Promise<Service>;
}

/** A server, or what is none. */
export interface Service {
  readonly url: string;
  close(): unknown;
}

/** A line that the gateway has logged. */
export interface LoggedLine {
  readonly level: string;
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

/** All that is told of a request. */
export interface Explained {
  readonly trace: TraceDocument;
  readonly outcome: GatewayOutcome;
  /** Its line in the access log. */
  readonly record: Readonly<Record<string, unknown>>;
  readonly logged: readonly LoggedLine[];
  /** What the caller got. */
  readonly text: string;
}

/** A document whose sections have those of outer scopes first. */
export function document({ inbound = "", backend = "", outbound = "", onError = "" }: Sections): string {
  return `<policies>
  <inbound><base />${inbound}</inbound>
  <backend>${backend === "" ? "<base />" : backend}</backend>
  <outbound><base />${outbound}</outbound>
  <on-error><base />${onError}</on-error>
</policies>`;
}

/** The API `a`, with this document. */
export function apiWith(sections: Sections, more: Partial<Api> = {}): Api {
  return {
    path: "a",
    subscriptionRequired: false,
    serviceUrl: "https://backend.example",
    policy: document(sections),
    operations: { list: { method: "GET", urlTemplate: "/x" } },
    ...more,
  };
}

/** Sends the request and gives what the gateway tells of it. */
export async function explained(what: Explaining): Promise<Explained> {
  const { api, configuration, options, answer, request, headers = {}, times = 1, clock, service } = what;
  const outcomes: GatewayOutcome[] = [];
  const logged: LoggedLine[] = [];
  const log = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, fields: fields as Record<string, unknown>, message });
  const running = await service?.();
  const gateway = await createGateway(
    { apis: { a: apiWith(what, { ...api, ...(running === undefined ? {} : { serviceUrl: running.url }) }) }, ...configuration },
    {
      ...(running === undefined ? { transport: answering(answer) } : {}),
      ...(clock === undefined ? {} : { clock: testClock(clock * 1000) }),
      logger: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") },
      onOutcome: (outcome) => void outcomes.push(outcome),
      ...options,
    },
  );
  let trace: TraceDocument | undefined;
  let text = "";
  for (let i = 0; i < times; i++) {
    const answered = await gateway.handle(
      { method: "GET", url: "https://gateway.example/a/x", headers, ...request },
      { trace: true },
    );
    text = await textOf(answered.body);
    trace = answered.trace;
  }
  await gateway.close();
  await running?.close();
  const outcome = outcomes.at(-1)!;
  return { trace: trace!, outcome, record: accessLogRecord(outcome), logged, text };
}

function answering(answer: Explaining["answer"]): Transport {
  const fine = { status: 200, reason: "OK", body: Buffer.from("fine") };
  return async (call) => ({ ...fine, headers: new Headers(), ...(await answer?.(call)) });
}

async function textOf(body: Uint8Array | AsyncIterable<Uint8Array> | null): Promise<string> {
  if (body === null) return "";
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** Every sentence of a trace on why, outermost first. */
export function whys(steps: readonly TracedStep[]): string[] {
  return steps.flatMap(({ why, steps: inner }) => [...(why === null ? [] : [why]), ...whys(inner)]);
}

/** Where an element stands in the one document of a configuration that has it, as `line:column`; null where none has it. */
export function placeOf(element: string, what: Explaining): string | null {
  const configuration = JSON.stringify({ apis: { a: apiWith(what, what.api) }, ...what.configuration });
  const found: string[] = [];
  JSON.parse(configuration, (_key, value: unknown) => {
    if (typeof value !== "string") return value;
    const at = value.search(new RegExp(`<${element}[\\s/>]`));
    if (at >= 0) {
      const lines = value.slice(0, at).split("\n");
      found.push(`${lines.length}:${lines.at(-1)!.length + 1}`);
    }
    return value;
  });
  if (found.length > 1) throw new Error(`Several documents have <${element}>: which one is meant cannot be told.`);
  return found[0] ?? null;
}
