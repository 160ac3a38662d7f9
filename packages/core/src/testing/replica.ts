import type { Duplex } from "node:stream";
import { plainValue } from "../context/plain-value.js";
import type { Gateway } from "../gateway.js";
import type { Body, GatewayRequest } from "../http/message.js";
import { answererOf } from "../observe/outcome.js";
import type { Exchange } from "../policy/exchange.js";
import type { Assumption } from "../run/options.js";
import { type Conversation, openConversation } from "./conversation.js";
import type { FakeBackend, RecordedCall } from "./fake-backend.js";
import type { SurfaceOperation } from "./invariants/surface.js";
import { requestTo, type TestRequest } from "./operation-request.js";
import type { Outcome } from "./outcome.js";
import type { TestClock } from "./test-clock.js";
import { type AnsweredBy, Watch } from "./watch.js";

/** What the gateways of a test have in common. */
interface Shared {
  readonly clock: TestClock;
  readonly backend: FakeBackend;
  readonly external: FakeBackend;
  readonly unexpected: readonly string[];
  /** Where requests without a URL go; null if there is no such place. */
  readonly operation: SurfaceOperation | null;
  /** Who calls; null: whoever has a key. */
  readonly assume: Assumption | null;
  readonly isTraced: boolean;
}

/** One gateway of a test. */
export interface Replica {
  readonly gateway: Gateway;
  /** Sends a request to this one. */
  send(request?: TestRequest): Promise<Outcome>;
  /** Opens a WebSocket through this one. */
  connect(request?: TestRequest, protocols?: readonly string[]): Promise<Conversation>;
}

/** {@link Replica} as it runs. */
export class RunningReplica implements Replica {
  constructor(
    readonly gateway: Gateway,
    private readonly shared: Shared,
  ) {}

  send(request: TestRequest = {}): Promise<Outcome> {
    return this.shared.clock.run(() => this.handle(request));
  }

  async connect(request: TestRequest = {}, protocols: readonly string[] = []): Promise<Conversation> {
    const sent = requestTo(this.shared.operation, request);
    return openConversation(this.shared.clock, protocols, sent, async (handshake) => this.run(handshake));
  }

  /** Sends a request, by a clock that somebody moves on. */
  async handle(request: TestRequest): Promise<Outcome> {
    const { outcome, socket } = await this.run(requestTo(this.shared.operation, request));
    socket?.destroy();
    return outcome;
  }

  private async run(request: GatewayRequest): Promise<{ readonly outcome: Outcome; readonly socket: Duplex | null }> {
    const { clock, backend, external, unexpected, assume, isTraced } = this.shared;
    const from = clock.now();
    const seen = { backend: backend.calls.length, external: external.calls.length, unexpected: unexpected.length };
    let exchange: Exchange | null = null;
    const watch = new Watch();
    const response = await this.gateway.handle(
      { ...request, ...(request.body === undefined ? {} : { body: asReceived(request.body) }) },
      {
        observer: watch,
        trace: isTraced,
        ...(assume === null ? {} : { assume }),
        observe: (opened) => {
          exchange = opened;
        },
      },
    );
    const parts = await partsOf(response.body, () => clock.now() - from);
    const outcome = outcomeOf({
      response,
      parts,
      exchange,
      watch,
      elapsed: clock.now() - from,
      backend: backend.calls.slice(seen.backend),
      external: external.calls.slice(seen.external),
      unexpected: unexpected.slice(seen.unexpected),
    });
    return { outcome, socket: response.socket ?? null };
  }
}

/** A body as a server hands it on: a stream that can be read once. */
function asReceived(body: GatewayRequest["body"]): Body {
  if (body === null || body === undefined) return null;
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return bytes instanceof Uint8Array && bytes.length > 0 ? once(bytes) : bytes;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function partsOf(body: Body, at: () => number): Promise<Outcome["parts"]> {
  if (body === null) return [];
  if (body instanceof Uint8Array) return body.length === 0 ? [] : [{ at: at(), bytes: body }];
  const parts: Outcome["parts"][number][] = [];
  for await (const bytes of body) parts.push({ at: at(), bytes });
  return parts;
}

interface Observed {
  readonly response: Awaited<ReturnType<Gateway["handle"]>>;
  readonly parts: Outcome["parts"];
  readonly exchange: Exchange | null;
  readonly watch: Watch;
  readonly elapsed: number;
  readonly backend: readonly RecordedCall[];
  readonly external: readonly RecordedCall[];
  readonly unexpected: readonly string[];
}

/** Who made the answer, as the gateway tells its operator. */
function answeredBy(exchange: Exchange): AnsweredBy | null {
  const { layer, policy, place } = answererOf(exchange);
  if (policy !== null) return { policy, place };
  return layer === "backend" ? { policy: "backend", place: null } : null;
}

function outcomeOf({ response, parts, exchange, watch, elapsed, backend, external, unexpected }: Observed): Outcome {
  const bytes = parts.length === 1 ? parts[0]!.bytes : Buffer.concat(parts.map((part) => part.bytes));
  const text = Buffer.from(bytes).toString("utf8");
  const variables: Record<string, unknown> = Object.create(null);
  for (const [name, value] of exchange?.variables ?? []) variables[name] = plainValue(value);
  return {
    status: response.status,
    reason: response.reason,
    headers: response.headers,
    bytes,
    parts,
    text,
    json: () => JSON.parse(text) as unknown,
    backendCalls: backend,
    externalCalls: external,
    variables,
    error: exchange?.lastError ?? null,
    match: {
      api: exchange?.api?.id ?? null,
      operation: exchange?.operation?.id ?? null,
      product: exchange?.product?.id ?? null,
      subscription: exchange?.subscription?.id ?? null,
    },
    trace: watch.policies,
    steps: watch.steps,
    answeredBy: exchange === null ? null : answeredBy(exchange),
    elapsed,
    traceDocument: response.trace ?? null,
    unexpectedCalls: unexpected,
  };
}
