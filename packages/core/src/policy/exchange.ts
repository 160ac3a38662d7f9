import type { Duplex } from "node:stream";
import type { MessageBody } from "../http/body.js";
import type { Headers } from "../http/headers.js";
import type { OutgoingRequest } from "../http/transport.js";
import type { Url } from "../http/url.js";
import type { ApiModel, GatewayModel, OperationModel, ProductModel, SubscriptionModel, UserModel } from "../model/model.js";
import type { PolicyError } from "./error.js";
import type { Observer, PolicyInfo } from "./observer.js";
import type { ScopeName, SectionName } from "./sections.js";
import type { Runtime } from "./services.js";
import type { Variables } from "./variables.js";

/** The request as changed so far by policies. */
export interface RequestMessage {
  /** Upper case. */
  method: string;
  /** What will go to the backend: before a backend is set, the path behind the API's prefix. */
  url: Url;
  headers: Headers;
  body: MessageBody;
  readonly ipAddress: string;
  /** DER bytes of the client's certificate. */
  readonly certificate: Uint8Array | null;
  /** Parameters of the matched operation's template. */
  readonly matchedParameters: ReadonlyMap<string, string>;
}

/** The response as it stands. Also what send-request stores in its variable. */
export interface ResponseMessage {
  status: number;
  reason: string;
  headers: Headers;
  body: MessageBody;
  /** With status 101: the upgraded connection to the backend. */
  socket?: Duplex;
}

/** `context.LastError`. */
export interface LastError {
  readonly source: string;
  readonly reason: string | null;
  readonly message: string;
  readonly scope: ScopeName | null;
  readonly section: SectionName | null;
  readonly path: string | null;
  readonly policyId: string | null;
  readonly status: number;
}

/** Where forward-request will send the request. */
export interface BackendTarget {
  /** Id of the backend entity, null for a plain URL. */
  readonly backendId: string | null;
  /** Base URL that the request's path is put behind; null until an API or policy says one. */
  readonly baseUrl: Url | null;
  /** The member of the pool that forward-request has sent to last. */
  readonly memberId?: string;
}

/**
 * One request on its way: everything that steps read and change. Values in `variables` are .NET values in object form
 * (@turnpike/expressions, types/values).
 */
export interface Exchange {
  readonly runtime: Runtime;
  /** The configuration that this request runs on, whatever is loaded meanwhile. */
  readonly configuration: GatewayModel;
  /** GUID text. */
  readonly requestId: string;
  /** When it came in, milliseconds since the epoch. */
  readonly startedAt: number;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  /** The URL as the caller sent it. */
  readonly originalUrl: Url;
  /** What routing took off the front of the original path: the API's prefix, version and revision (`/payments/v1`); may be empty. */
  basePath: string;
  readonly request: RequestMessage;
  response: ResponseMessage;
  /** True once a backend (or the host's handler) has answered. */
  hasBackendResponse: boolean;
  /**
   * True once cache-lookup had a hit and stopped inbound: the response stands, the backend section is left out, and outbound goes on
   * behind the paired cache-store.
   */
  isCacheHit: boolean;
  /** True once a lookup found no response in the cache. */
  isCacheMiss: boolean;
  /** The policy that ended the request with an answer of its own, if one did. */
  answeredBy: PolicyInfo | null;
  /** All failures so far, the first first: also those that were retried, and both where on-error failed, too. Null while there are none. */
  failures: PolicyError[] | null;
  readonly variables: Variables;
  lastError: LastError | null;
  api: ApiModel | null;
  operation: OperationModel | null;
  product: ProductModel | null;
  subscription: SubscriptionModel | null;
  /** The key that the caller used. */
  subscriptionKey: string | null;
  user: UserModel | null;
  target: BackendTarget;
  /** How the backend is to be reached beyond its address: what `proxy` and authentication-certificate say. */
  upstream: Pick<OutgoingRequest, "tls" | "proxy">;
  section: SectionName;
  /** What expressions get as their globals: the `context` object, made on first use. */
  readonly globals: readonly unknown[];
  /** Null unless somebody looks on: this request is traced, or part of a test that counts what it reaches. */
  readonly observer: Observer | null;
  /** The host's own handler as the backend (middleware mode); null in gateway mode. */
  readonly next: HostHandler | null;
  /**
   * For the host's handler: true where nothing is left to be done once it has the request, as no policy looks at the response. Then it may
   * take the request over.
   */
  endsAtHost: boolean;
  /** Run when the outbound (or on-error) section has ended, in order, whatever the outcome: deferred counts, releases of slots. */
  readonly atEnd: ((exchange: Exchange) => void | Promise<void>)[];
  /** Run once the backend has answered, before outbound: policies that must know the answer before others change it. */
  readonly atResponse: ((exchange: Exchange) => void | Promise<void>)[];
  /**
   * Headers for whatever response goes to the caller (remaining calls and the like), queued before there is one. They replace the backend's
   * or the cache's own as soon as it answers, so that outbound may still change them; a response that a policy makes keeps its own. Of two of one
   * name the later counts.
   */
  readonly finalHeaders: (readonly [name: string, value: string])[];
  /** The response that {@link finalHeaders} were put on last. */
  stamped: ResponseMessage | null;
  /** In the run of a GraphQL resolver: what it resolves. */
  readonly graphql?: GraphqlField;
}

/** The field that a GraphQL resolver is asked for: its arguments, and the object that it belongs to; null for a field of the root. Plain data. */
export interface GraphqlField {
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly parent: Readonly<Record<string, unknown>> | null;
}

/**
 * The host application's handler in middleware mode: takes the request as policies left it, gives its response. Null: it has taken the
 * request over, as {@link Exchange.endsAtHost} allows, and sends the response itself; what {@link Gateway.handle} answers is of no use then.
 */
export type HostHandler = (request: RequestMessage, exchange: Exchange) => Promise<ResponseMessage | null> | null;
