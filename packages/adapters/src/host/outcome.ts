import {
  type ApiModel,
  type Exchange,
  type LastError,
  type OperationModel,
  type PolicyError,
  type ProductModel,
  plainValue,
  type SubscriptionModel,
  type UserModel,
} from "@turnpike/core";
import { logEvents } from "@turnpike/core/adapter";

/** What the gateway found out about a request, for the application behind it. Values are those of the moment in which they are read. */
export interface RequestOutcome {
  /** GUID text, the same as `context.RequestId`. */
  readonly requestId: string;
  readonly api: ApiModel | null;
  readonly operation: OperationModel | null;
  readonly product: ProductModel | null;
  readonly subscription: SubscriptionModel | null;
  readonly user: UserModel | null;
  /** Context variables as plain data: numbers, text, booleans, null, and JSON for JSON tokens, lists and dictionaries. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** `context.LastError`, or null. */
  readonly error: LastError | null;
}

/** An answer that the application has still to give. */
export interface AwaitedAnswer {
  /** True until the application has begun to answer. */
  readonly isOpen: boolean;
  /** The application has failed instead. */
  fail(error: PolicyError): void;
}

// On the request itself: a weak map with an entry for each request costs the garbage collector more than all of a gateway's other objects.
const OUTCOME = Symbol("turnpike.outcome");

interface Offering {
  [OUTCOME]?: ExchangeOutcome;
}

/** The outcome of a request that came through a gateway; undefined for one that did not, or has not yet reached its handler. */
export function outcomeOf(request: object): RequestOutcome | undefined {
  // Fastify makes another object of a request that policies have sent to another route; what lies beneath stays the same.
  const { raw } = request as { readonly raw?: Offering | null };
  return (request as Offering)[OUTCOME] ?? raw?.[OUTCOME];
}

/** The answer that is awaited to a request; null if none is. */
export function awaitedAnswer(request: object): AwaitedAnswer | null {
  return (request as Offering)[OUTCOME]?.awaited ?? null;
}

/** Logs what an application threw, with its stack: whoever takes an error over must not hide it. */
export function logApplicationError(request: object, error: unknown): void {
  (request as Offering)[OUTCOME]?.logError(error);
}

/** Lays down what {@link outcomeOf} and {@link awaitedAnswer} find. */
export function offerOutcome(request: object, exchange: Exchange, awaited: AwaitedAnswer | null = null): RequestOutcome {
  const outcome = new ExchangeOutcome(exchange, awaited);
  (request as Offering)[OUTCOME] = outcome;
  return outcome;
}

class ExchangeOutcome implements RequestOutcome {
  constructor(
    private readonly exchange: Exchange,
    readonly awaited: AwaitedAnswer | null,
  ) {}

  logError(error: unknown): void {
    const { runtime, requestId } = this.exchange;
    runtime.logger.error({ err: error, requestId }, logEvents.applicationFailed);
  }

  get requestId(): string {
    return this.exchange.requestId;
  }

  get api(): ApiModel | null {
    return this.exchange.api;
  }

  get operation(): OperationModel | null {
    return this.exchange.operation;
  }

  get product(): ProductModel | null {
    return this.exchange.product;
  }

  get subscription(): SubscriptionModel | null {
    return this.exchange.subscription;
  }

  get user(): UserModel | null {
    return this.exchange.user;
  }

  get variables(): Readonly<Record<string, unknown>> {
    const plain = Object.create(null) as Record<string, unknown>;
    for (const [name, value] of this.exchange.variables) plain[name] = plainValue(value);
    return plain;
  }

  get error(): LastError | null {
    return this.exchange.lastError;
  }
}
