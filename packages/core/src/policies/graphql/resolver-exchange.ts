import { createContext } from "../../context/context.js";
import { MessageBody } from "../../http/body.js";
import { isHandshake } from "../../http/handshake.js";
import { Headers } from "../../http/headers.js";
import { Url } from "../../http/url.js";
import type { PolicyError } from "../../policy/error.js";
import type { BackendTarget, Exchange, GraphqlField, LastError, RequestMessage, ResponseMessage } from "../../policy/exchange.js";
import type { Observer, PolicyInfo } from "../../policy/observer.js";
import type { SectionName } from "../../policy/sections.js";
import { Variables } from "../../policy/variables.js";

const NO_TARGET: BackendTarget = { backendId: null, baseUrl: null };
const NO_ADDRESS = Url.parse("http://resolver/")!;

/** The call that a resolver makes, before its document has said anything of it. */
class ResolverRequest implements RequestMessage {
  method = "GET";
  url = NO_ADDRESS;
  headers = new Headers();
  body: MessageBody;
  readonly certificate: Uint8Array | null;
  readonly matchedParameters: ReadonlyMap<string, string>;
  readonly ipAddress: string;

  constructor({ ipAddress, certificate, matchedParameters }: RequestMessage, field: GraphqlField) {
    this.ipAddress = ipAddress;
    this.certificate = certificate;
    this.matchedParameters = matchedParameters;
    this.body = new MessageBody(Buffer.from(JSON.stringify({ arguments: field.arguments })));
  }
}

/**
 * One run of a resolver: the request that asks for the field, with a request and a response of the resolver's own. Its request begins with
 * the field's arguments as its body, for templates and expressions. Variables can be read; what is set is the run's own.
 */
export class ResolverExchange implements Exchange {
  readonly request: RequestMessage;
  response: ResponseMessage = { status: 200, reason: "OK", headers: new Headers(), body: new MessageBody() };
  hasBackendResponse = false;
  isCacheHit = false;
  isCacheMiss = false;
  answeredBy: PolicyInfo | null = null;
  failures: PolicyError[] | null = null;
  lastError: LastError | null = null;
  target = NO_TARGET;
  upstream: Exchange["upstream"] = {};
  section: SectionName = "inbound";
  readonly next = null;
  endsAtHost = false;
  readonly atEnd: Exchange["atEnd"] = [];
  readonly atResponse: Exchange["atResponse"] = [];
  readonly finalHeaders: Exchange["finalHeaders"] = [];
  stamped: ResponseMessage | null = null;
  basePath: string;
  /** The URL of a handshake is that of a call all the same: what follows it are calls. */
  readonly originalUrl: Url;
  private ownVariables: Variables | null = null;
  private expressionGlobals: readonly unknown[] | null = null;

  /**
   * @param base the request that asks
   * @param signal aborted when nobody waits for the field any more
   * @param observer who looks on; null: nobody
   */
  constructor(
    private readonly base: Exchange,
    readonly graphql: GraphqlField,
    readonly signal: AbortSignal,
    readonly observer: Observer | null,
  ) {
    this.request = new ResolverRequest(base.request, graphql);
    this.basePath = base.basePath;
    const { originalUrl: url } = base;
    this.originalUrl = isHandshake(url) ? url.with({ scheme: url.scheme === "wss" ? "https" : "http" }) : url;
  }

  get runtime(): Exchange["runtime"] {
    return this.base.runtime;
  }

  get configuration(): Exchange["configuration"] {
    return this.base.configuration;
  }

  get requestId(): string {
    return this.base.requestId;
  }

  get startedAt(): number {
    return this.base.startedAt;
  }

  get api(): Exchange["api"] {
    return this.base.api;
  }

  get operation(): Exchange["operation"] {
    return this.base.operation;
  }

  get product(): Exchange["product"] {
    return this.base.product;
  }

  get subscription(): Exchange["subscription"] {
    return this.base.subscription;
  }

  get subscriptionKey(): string | null {
    return this.base.subscriptionKey;
  }

  get user(): Exchange["user"] {
    return this.base.user;
  }

  get variables(): Variables {
    if (this.ownVariables === null) {
      const { variables } = this.base;
      const own = new Variables();
      for (const [name, value] of variables) own.set(name, value, variables.identityOf(name));
      this.ownVariables = own;
    }
    return this.ownVariables;
  }

  get globals(): readonly unknown[] {
    this.expressionGlobals ??= [createContext(this)];
    return this.expressionGlobals;
  }
}
