import { X509Certificate } from "node:crypto";
import { createContext } from "../context/context.js";
import { MessageBody } from "../http/body.js";
import { Headers } from "../http/headers.js";
import { takeNamedHeaders } from "../http/hop-by-hop.js";
import type { GatewayRequest } from "../http/message.js";
import type { Url } from "../http/url.js";
import type { ApiModel, GatewayModel, OperationModel, ProductModel, SubscriptionModel, UserModel } from "../model/model.js";
import type { Meter } from "../observe/meter.js";
import type { Recorder } from "../observe/recorder.js";
import type { OutcomeListener } from "../observe/sending.js";
import type { Trace } from "../observe/trace.js";
import type { PolicyError } from "../policy/error.js";
import type { BackendTarget, Exchange, HostHandler, LastError, RequestMessage, ResponseMessage } from "../policy/exchange.js";
import type { Observer, PolicyInfo } from "../policy/observer.js";
import type { SectionName } from "../policy/sections.js";
import type { Runtime } from "../policy/services.js";
import { Variables } from "../policy/variables.js";
import type { OperationMatch } from "../routing/operations.js";
import type { AskedTrace } from "./asked-trace.js";

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();
const NO_LISTENERS: readonly OutcomeListener[] = [];
const NEVER = new AbortController().signal;

/** What an exchange starts with besides the request. */
export interface ExchangeStart {
  readonly runtime: Runtime;
  readonly configuration: GatewayModel;
  readonly url: Url;
  readonly next: HostHandler | null;
  /** GUID text; made on first use where left out. */
  readonly requestId: string | undefined;
}

// Taking the upper case of a text that has it already is not free.
const UPPER_CASE = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]);

/** The request of an exchange. */
class RunningRequest implements RequestMessage {
  method: string;
  headers: Headers;
  body: MessageBody;
  readonly ipAddress: string;
  readonly certificate: Uint8Array | null;
  match: OperationMatch | null = null;

  constructor(
    { method, headers, body, ipAddress, certificate }: GatewayRequest,
    public url: Url,
  ) {
    this.method = UPPER_CASE.has(method) ? method : method.toUpperCase();
    this.headers = headers instanceof Headers ? headers : new Headers(headers);
    takeNamedHeaders(this.headers);
    this.headers.received();
    this.body = new MessageBody(typeof body === "string" ? Buffer.from(body) : (body ?? null));
    this.ipAddress = ipAddress ?? "127.0.0.1";
    this.certificate = certificate === undefined ? null : certificateBytes(certificate);
  }

  get matchedParameters(): ReadonlyMap<string, string> {
    return this.match?.parameters ?? NO_PARAMETERS;
  }
}

/** One request on its way. Parts that few requests need are made on first use. */
export class RunningExchange implements Exchange {
  runtime: Runtime;
  configuration: GatewayModel;
  readonly startedAt: number;
  readonly signal: AbortSignal;
  originalUrl: Url;
  basePath = "";
  readonly request: RunningRequest;
  hasBackendResponse = false;
  isCacheHit = false;
  isCacheMiss = false;
  answeredBy: PolicyInfo | null = null;
  failures: PolicyError[] | null = null;
  /** Null unless somebody wants to know of the request. */
  meter: Meter | null = null;
  trace: Trace | null = null;
  /** Null unless the trace is one that its request can be run again from. */
  recorder: Recorder | null = null;
  /** Null unless the caller asked for a trace. */
  asked: AskedTrace | null = null;
  listeners: readonly OutcomeListener[] = NO_LISTENERS;
  lastError: LastError | null = null;
  api: ApiModel | null = null;
  operation: OperationModel | null = null;
  product: ProductModel | null = null;
  subscription: SubscriptionModel | null = null;
  subscriptionKey: string | null = null;
  user: UserModel | null = null;
  target: BackendTarget = NO_TARGET;
  upstream: Exchange["upstream"] = NO_UPSTREAM;
  section: SectionName = "inbound";
  observer: Observer | null = null;
  /** An API that is served by the gateway itself puts its own in place of the host's. */
  next: HostHandler | null;
  endsAtHost = false;
  readonly atEnd: Exchange["atEnd"] = [];
  readonly atResponse: Exchange["atResponse"] = [];
  readonly finalHeaders: Exchange["finalHeaders"] = [];
  stamped: ResponseMessage | null = null;
  private id: string | undefined;
  private ownResponse: ResponseMessage | null = null;
  private ownVariables: Variables | null = null;
  private expressionGlobals: readonly unknown[] | null = null;

  constructor(request: GatewayRequest, start: ExchangeStart) {
    this.runtime = start.runtime;
    this.configuration = start.configuration;
    this.next = start.next;
    this.id = start.requestId;
    this.startedAt = start.runtime.clock.now();
    this.signal = request.signal ?? NEVER;
    this.originalUrl = start.url;
    this.request = new RunningRequest(request, start.url);
  }

  /** The request belongs to an API: of a workspace, it sees what the workspace has. */
  enter(api: ApiModel, configuration: GatewayModel): void {
    this.api = api;
    this.configuration = configuration;
  }

  get response(): ResponseMessage {
    this.ownResponse ??= { status: 200, reason: "OK", headers: new Headers(), body: new MessageBody() };
    return this.ownResponse;
  }

  set response(response: ResponseMessage) {
    this.ownResponse = response;
  }

  get requestId(): string {
    this.id ??= guid(this.runtime.random.bytes(16));
    return this.id;
  }

  get variables(): Variables {
    this.ownVariables ??= new Variables();
    return this.ownVariables;
  }

  get globals(): readonly unknown[] {
    this.expressionGlobals ??= [createContext(this)];
    return this.expressionGlobals;
  }
}

const NO_TARGET: BackendTarget = { backendId: null, baseUrl: null };
const NO_UPSTREAM: Exchange["upstream"] = {};

/** A byte in two digits. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A version 4 GUID of 16 random bytes. */
export function guid(bytes: Uint8Array): string {
  const at = (index: number): string => HEX[bytes[index]!]!;
  const version = HEX[(bytes[6]! & 0x0f) | 0x40]!;
  const variant = HEX[(bytes[8]! & 0x3f) | 0x80]!;
  return `${at(0)}${at(1)}${at(2)}${at(3)}-${at(4)}${at(5)}-${version}${at(7)}-${variant}${at(9)}-${at(10)}${at(11)}${at(12)}${at(13)}${at(14)}${at(15)}`;
}

function certificateBytes(certificate: Uint8Array | string): Uint8Array | null {
  if (typeof certificate !== "string") return certificate;
  try {
    return new X509Certificate(certificate).raw;
  } catch {
    return null;
  }
}
