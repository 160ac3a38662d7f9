import type { Gateway, KeptTraces, ShadowReport, TraceDocument } from "@turnpike/core";
import type { GatewayMetrics } from "./metrics.js";

/** What an admin handler shows besides its gateway. */
export interface AdminOptions {
  /** What `/metrics` shows. Without it there is no such page. */
  readonly metrics?: GatewayMetrics;
  /** True from when the process is told to stop: then `/readyz` says no. */
  readonly isDraining?: () => boolean;
  /** True: `/readyz` says no while the store is away. Default false: then the gateway goes on in the mode that the store was told. */
  readonly needsStore?: boolean;
}

/** What stands in the pages for operators. */
export interface AdminSource {
  /** Is a configuration in force? */
  hasStarted(): boolean;
  /** Null: there are no metrics. */
  metrics(): Promise<{ readonly text: string; readonly type: string } | null>;
  /** Each check by its name, so that whoever reads it sees which one says no. */
  readiness(): Promise<Readiness>;
  /** Plain data; null before the start. */
  health(): Promise<object | null>;
  /** What a second configuration would change, as plain data; null without one. */
  shadow(): Promise<object | null>;
  /** Null before the start. */
  traces(): Promise<ReturnType<KeptTraces["list"]> | null>;
  /** Null: there is no such trace. */
  trace(id: string): Promise<{ readonly trace: TraceDocument; readonly serviceName: string } | null>;
}

/** Whether requests may come, and why not. */
export interface Readiness {
  readonly isReady: boolean;
  readonly checks: Readonly<Record<string, string | boolean>>;
}

/** What a gateway in this process says of itself. */
export class GatewaySource implements AdminSource {
  constructor(
    private readonly current: () => Gateway | null,
    private readonly options: AdminOptions,
  ) {}

  hasStarted(): boolean {
    return this.current() !== null;
  }

  async metrics(): Promise<{ readonly text: string; readonly type: string } | null> {
    const { metrics } = this.options;
    return metrics === undefined ? null : { text: await metrics.page(this.current()), type: metrics.contentType };
  }

  async readiness(): Promise<Readiness> {
    const { isDraining, needsStore = false } = this.options;
    const gateway = this.current();
    const store = gateway === null ? null : gateway.health().store;
    const isAway = store !== null && (store.counters === "away" || store.cache === "away");
    const checks = {
      configuration: gateway === null ? "not in force yet" : "in force",
      store: store === null ? "unknown" : isAway ? "away" : "up",
      draining: isDraining?.() === true,
    };
    return { isReady: gateway !== null && !checks.draining && !(isAway && needsStore), checks };
  }

  async health(): Promise<object | null> {
    const gateway = this.current();
    if (gateway === null) return null;
    const { backends, store, since } = gateway.health();
    return {
      configuration: { since: new Date(since).toISOString(), apis: gateway.configuration.apis.size },
      store,
      backends,
      setAside: gateway.setAside,
    };
  }

  async shadow(): Promise<object | null> {
    const shadow = this.current()?.shadow ?? null;
    return shadow === null ? null : shadowPage(shadow.report());
  }

  async traces(): Promise<ReturnType<KeptTraces["list"]> | null> {
    return this.current()?.traces.list() ?? null;
  }

  async trace(id: string): Promise<{ readonly trace: TraceDocument; readonly serviceName: string } | null> {
    const gateway = this.current();
    const trace = gateway?.traces.get(id) ?? null;
    return gateway === null || trace === null ? null : { trace, serviceName: gateway.configuration.deployment.serviceName };
  }
}

/** What a second configuration would change, with times as texts. */
function shadowPage({ since, operations, ...report }: ShadowReport): object {
  const time = (at: number): string => new Date(at).toISOString();
  return {
    since: time(since),
    ...report,
    operations: operations.map(({ kinds, ...operation }) => ({
      ...operation,
      kinds: kinds.map(({ examples, ...kind }) => ({
        ...kind,
        examples: examples.map(({ at, ...example }) => ({ at: time(at), ...example })),
      })),
    })),
  };
}
