import type { BackendModel, CircuitBreakerModel, GatewayModel } from "../model/model.js";
import type { RecordedState } from "../observe/recording.js";
import { PerGateway } from "../policy/per-gateway.js";
import { CircuitBreaker, type CircuitState } from "./circuit-breaker.js";
import { PoolBalancer } from "./pool.js";

/** How one backend is at the moment. */
export interface BackendHealth {
  readonly id: string;
  /** Id of the workspace that it belongs to; null for the service's own. */
  readonly workspace: string | null;
  readonly type: "Single" | "Pool";
  /** False: a request for it is answered 503 at once. */
  readonly isAvailable: boolean;
  /** The state of its circuit breaker; null where it has none. */
  readonly circuit: CircuitState | null;
  /** Failures within the breaker's interval. */
  readonly failures: number;
  /** When an open circuit lets a request through again, in milliseconds since the epoch; else null. */
  readonly openUntil: number | null;
  /** Ids of a pool's members; empty for others. */
  readonly members: readonly string[];
}

/** What is kept of backends, as plain data; see `RecordedState` of a recording. */
export type KeptBackends = Pick<RecordedState, "circuits" | "pools">;

const NOTHING_KEPT: KeptBackends = { circuits: [], pools: {} };

/**
 * What a gateway remembers of its backends: circuit breakers and whose turn it is in pools. It is kept by id in the process, as in API
 * Management; it outlives updates of the configuration, but not a change of the backend's address. There is an entry for a backend with a
 * breaker and for a pool, once used, and for nothing else.
 */
export class BackendStates {
  private readonly breakers = new Map<string, { readonly url: string; readonly breaker: CircuitBreaker }>();
  private readonly balancers = new Map<string, PoolBalancer>();

  breaker(backend: BackendModel): CircuitBreaker {
    const url = backend.url?.toString() ?? "";
    const known = this.breakers.get(keyOf(backend));
    if (known?.url === url) return known.breaker;
    const breaker = new CircuitBreaker();
    this.breakers.set(keyOf(backend), { url, breaker });
    return breaker;
  }

  balancer(pool: BackendModel): PoolBalancer {
    let balancer = this.balancers.get(keyOf(pool));
    if (balancer === undefined) {
      balancer = new PoolBalancer();
      this.balancers.set(keyOf(pool), balancer);
    }
    return balancer;
  }

  /** Would a single backend be called at that time? */
  isAvailable(backend: BackendModel, now: number): boolean {
    const rule = backend.circuitBreaker;
    return rule === null || (this.known(backend)?.isAvailable(rule, now) ?? true);
  }

  /** Forgets what a configuration no longer has. */
  keep(model: GatewayModel): void {
    const backends = new Map(backendsOf(model).map(([backend]) => [keyOf(backend), backend]));
    for (const [key, { url }] of this.breakers) {
      const backend = backends.get(key);
      if (backend == null || backend.circuitBreaker === null || backend.url?.toString() !== url) this.breakers.delete(key);
    }
    for (const [key, balancer] of this.balancers) {
      const pool = backends.get(key)?.pool ?? null;
      if (pool === null) this.balancers.delete(key);
      else balancer.keep(pool);
    }
  }

  /** Forgets the circuits and turns of the backends of which a configuration has them. */
  forget(model: GatewayModel): void {
    for (const [backend] of backendsOf(model)) {
      if (backend.circuitBreaker !== null) this.breakers.delete(keyOf(backend));
      if (backend.pool !== null) this.balancers.delete(keyOf(backend));
    }
  }

  /** How every backend of a configuration is. */
  health(model: GatewayModel, now: number): BackendHealth[] {
    return backendsOf(model).map(([backend, { backends }]) => {
      const members = [...new Set(backend.pool?.services.map((member) => member.backend))];
      const isAvailable =
        backend.pool === null
          ? this.isAvailable(backend, now)
          : members.some((id) => backends.has(id) && this.isAvailable(backends.get(id)!, now));
      const { id, workspace, type } = backend;
      return { id, workspace, type, isAvailable, ...this.circuit(backend, now), members };
    });
  }

  /** What is remembered at a time: circuits that are not as new, and turns in pools. */
  kept(model: GatewayModel, now: number): KeptBackends {
    if (this.breakers.size === 0 && this.balancers.size === 0) return NOTHING_KEPT;
    const circuits = backendsOf(model).flatMap(([backend]) => {
      const breaker = backend.circuitBreaker === null ? null : this.known(backend);
      if (breaker === null) return [];
      const kept = breaker.kept(backend.circuitBreaker!, now);
      return kept.opensIn === null && kept.failures === 0 ? [] : [{ backend: keyOf(backend), ...kept }];
    });
    const pools = Object.fromEntries([...this.balancers].map(([key, balancer]) => [key, balancer.kept()]));
    return { circuits, pools };
  }

  /** Remembers what was kept. */
  restore(model: GatewayModel, { circuits, pools }: KeptBackends, now: number): void {
    for (const [backend] of backendsOf(model)) {
      const kept = circuits.find((circuit) => circuit.backend === keyOf(backend));
      if (kept !== undefined && backend.circuitBreaker !== null) this.breaker(backend).restore(backend.circuitBreaker, kept, now);
      const credit = pools[keyOf(backend)];
      if (credit !== undefined && backend.pool !== null) this.balancer(backend).restore(credit);
    }
  }

  private circuit(backend: BackendModel, now: number): Pick<BackendHealth, "circuit" | "failures" | "openUntil"> {
    const rule: CircuitBreakerModel | null = backend.pool === null ? backend.circuitBreaker : null;
    if (rule === null) return { circuit: null, failures: 0, openUntil: null };
    const breaker = this.known(backend);
    if (breaker === null) return { circuit: "closed", failures: 0, openUntil: null };
    return { circuit: breaker.state(now), failures: breaker.failures(rule, now), openUntil: breaker.openUntil(now) };
  }

  /** Looking must not make an entry. */
  private known(backend: BackendModel): CircuitBreaker | null {
    const known = this.breakers.get(keyOf(backend));
    return known !== undefined && known.url === (backend.url?.toString() ?? "") ? known.breaker : null;
  }
}

/** Two workspaces may each have a backend of the same id. */
function keyOf({ workspace, id }: BackendModel): string {
  return workspace === null ? id : `${workspace}/${id}`;
}

/** All backends with the configuration that each is part of: the service's own, then those of its workspaces. */
function backendsOf(model: GatewayModel): (readonly [BackendModel, GatewayModel])[] {
  const own = [...model.backends.values()].map((backend) => [backend, model] as const);
  const inner = [...model.workspaces].flatMap(([id, workspaceModel]) =>
    [...workspaceModel.backends.values()]
      .filter(({ workspace }) => workspace === id)
      .map((backend) => [backend, workspaceModel] as const),
  );
  return [...own, ...inner];
}

/** The states of a gateway's backends. */
export const backendStates = new PerGateway(() => new BackendStates());
