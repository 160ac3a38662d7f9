import type { Gateway, LiveStatus, TraceDocument } from "@turnpike/core";
import {
  compareConfigurations,
  type ExplainedConfiguration,
  explainGateway,
  type OperationDifference,
} from "@turnpike/core/tools";
import { SeenCounters } from "./counters.js";
import { explain } from "./explanation.js";
import type { RequestDetail } from "./messages.js";
import { RequestLog } from "./request-log.js";
import { TraceBudget } from "./trace-budget.js";

/** What a console is told besides its gateway. */
export interface ConsoleOptions {
  /** False: whoever sees the console may also send requests through the gateway, with the keys of the configuration. Default true. */
  readonly readOnly?: boolean;
  /** How many requests a second are traced at most, the first ones of each second. Default 50; 0: none. */
  readonly tracesPerSecond?: number;
  /** How many requests are kept; as many again of those that failed or took longer than a second. Default 5,000. */
  readonly requests?: number;
  /** Most characters of all kept traces together. Default 32 million. */
  readonly traceCharacters?: number;
  /** Tokens that a call from the page may be sent with, by name: of a test identity provider, for example. Asked for when one is used. */
  readonly tokens?: Readonly<Record<string, () => string | Promise<string>>>;
  /**
   * The names under which browsers reach the console (the Host header, without port). Default: on a loopback address `localhost` and addresses;
   * elsewhere any, since the host's login is before it.
   */
  readonly hosts?: readonly string[];
  /** Where it is mounted, if the host leaves that in the URLs: `/console`. Express takes it off. */
  readonly path?: string;
  /** How the configuration's source fares, where there is one: `liveGateway.status`. */
  readonly source?: () => LiveStatus;
}

const DEFAULTS = { tracesPerSecond: 50, requests: 5_000, traceCharacters: 32_000_000 };

/** What a console has seen of its gateway. */
export class GatewayConsole {
  readonly log: RequestLog;
  readonly counters = new SeenCounters();
  private readonly unwatch: () => void;
  private current: ExplainedConfiguration;
  private before: { readonly explained: ExplainedConfiguration; readonly at: number } | null = null;
  private change: { readonly at: number; readonly differences: readonly OperationDifference[] } | null = null;
  private number = 0;

  constructor(
    readonly gateway: Gateway,
    { tracesPerSecond, requests, traceCharacters }: ConsoleOptions,
  ) {
    this.log = new RequestLog({
      requests: Math.max(1, requests ?? DEFAULTS.requests),
      traceCharacters: traceCharacters ?? DEFAULTS.traceCharacters,
    });
    this.current = explainGateway(gateway);
    const budget = new TraceBudget(tracesPerSecond ?? DEFAULTS.tracesPerSecond);
    this.unwatch = gateway.watch({
      isTraced: () => budget.take(),
      ended: (outcome, made) => {
        const trace = made?.() ?? null;
        this.log.add(outcome, trace, this.number);
        if (trace !== null) this.counters.note(trace);
      },
      changed: () => this.changed(),
    });
  }

  /** The configuration in force, to be looked at. */
  get explained(): ExplainedConfiguration {
    return this.current;
  }

  private changed(): void {
    this.number++;
    this.before = { explained: this.current, at: Date.now() };
    this.current = explainGateway(this.gateway);
    this.change = null;
  }

  /** What the last change of the configuration made different; null if there was none. Compared when first asked for. */
  get lastChange(): { readonly at: number; readonly differences: readonly OperationDifference[] } | null {
    if (this.before === null) return null;
    this.change ??= {
      at: this.before.at,
      differences: compareConfigurations(this.before.explained, this.current),
    };
    return this.change;
  }

  /** All that is known of a request; null if it is not kept, or not any more. */
  detail(id: string): RequestDetail | null {
    const logged = this.log.get(id);
    if (logged === null) return null;
    const { row, outcome, configuration } = logged;
    const trace = logged.trace === null ? null : (JSON.parse(logged.trace) as TraceDocument);
    return {
      row: { ...row, isTraced: trace !== null },
      explanation: explain(outcome, trace),
      errors: outcome.errors,
      backend: outcome.backend,
      retries: outcome.retries,
      requestSize: outcome.requestSize,
      responseSize: outcome.responseSize,
      ipAddress: outcome.ipAddress,
      protocol: outcome.protocol,
      trace,
      isOfOtherConfiguration: configuration !== this.number,
    };
  }

  close(): void {
    this.unwatch();
  }
}
