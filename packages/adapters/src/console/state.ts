import type { Gateway, LiveStatus } from "@turnpike/core";
import type { OperationDifference } from "@turnpike/core/tools";
import type { SeenCounters } from "./counters.js";
import type { GatewayState, ShownSecret } from "./messages.js";
import type { RequestLog } from "./request-log.js";

const MOST_FINDINGS = 200;

/** What the state is made of besides the gateway. */
export interface StateParts {
  readonly log: RequestLog;
  readonly counters: SeenCounters;
  readonly lastChange: { readonly at: number; readonly differences: readonly OperationDifference[] } | null;
  readonly source: LiveStatus | null;
  readonly now: number;
  readonly mask: (text: string) => string;
}

/** How a gateway is at the moment. Looking changes nothing. */
export function stateOf(gateway: Gateway, { log, counters, lastChange, source, now, mask }: StateParts): GatewayState {
  const { backends, store, since } = gateway.health();
  const model = gateway.configuration;
  return {
    now,
    since,
    backends: backends.map((health) => {
      const { backends: beside } = (health.workspace === null ? undefined : model.workspaces.get(health.workspace)) ?? model;
      const backend = beside.get(health.id);
      return {
        ...health,
        url: backend?.url == null ? null : mask(backend.url.toString()),
        weights: (backend?.pool?.services ?? []).map(
          ({ backend: member, weight, priority }) => `${member}: priority ${priority ?? 0}, weight ${weight ?? 1}`,
        ),
      };
    }),
    store,
    counters: counters.nearest(now),
    cache: { hits: log.hits, misses: log.misses },
    secrets: secretsOf(gateway, since),
    configuration: {
      apis: model.apis.size,
      operations: [...model.apis.values()].reduce((sum, { operations }) => sum + operations.length, 0),
      products: model.products.size,
      subscriptions: model.subscriptions.size,
      backends: model.backends.size,
      namedValues: model.namedValues.size,
      findings: gateway.diagnostics.slice(0, MOST_FINDINGS).map(({ severity, file, line, column, message }) => ({
        severity,
        place: `${file}:${line}:${column}`,
        message: mask(message),
      })),
      setAside: gateway.setAside.map(({ kind, id, finding }) => ({ kind, id, message: mask(finding.message) })),
    },
    lastChange,
    source:
      source === null || source.problem === null
        ? source
        : { ...source, problem: { ...source.problem, message: mask(source.problem.message) } },
    console: { rows: log.size, traces: log.traces, bytes: log.characters, seen: log.seen },
  };
}

/** Secrets by name: those that are looked up elsewhere with their ages, the others as old as the configuration. */
function secretsOf(gateway: Gateway, since: number): ShownSecret[] {
  const outside = gateway.health().outsideValues;
  const known = new Set(outside.map(({ what }) => what));
  const { namedValues, subscriptions } = gateway.configuration;
  const own = [...namedValues.values()]
    .filter(({ secret, name }) => secret && !known.has(`named value ${name}`))
    .map(({ name }) => `named value ${name}`);
  return [
    ...outside.map(({ what, from, changedAt, lookedUpAt, problem }) => ({ what, from, since: changedAt, lookedUpAt, problem })),
    ...[...own, ...[...subscriptions.keys()].map((id) => `keys of the subscription ${id}`)].map((what) => ({
      what,
      from: "configuration" as const,
      since,
      lookedUpAt: null,
      problem: null,
    })),
  ];
}
