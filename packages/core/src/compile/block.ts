import type { Place } from "../diagnostics/place.js";
import { PolicyError } from "../policy/error.js";
import type { Exchange } from "../policy/exchange.js";
import { clientGone, toPolicyError } from "../policy/failure.js";
import type { Flow, Step } from "../policy/flow.js";
import type { ScopeName, SectionName } from "../policy/sections.js";
import type { Trace } from "../policy/trace.js";

/** A policy ready to run, and what errors and traces say of it. */
export interface CompiledPolicy {
  readonly step: Step;
  readonly info: PolicyInfo;
  /** True of what only counts that a place is reached: no policy, and nothing that traces speak of. */
  readonly isProbe?: boolean;
}

export interface PolicyInfo {
  /** The element's name. */
  readonly name: string;
  readonly section: SectionName;
  readonly scope: ScopeName;
  /** `choose[1]\when[2]\set-header[1]`. */
  readonly path: string;
  readonly policyId: string | null;
  readonly place: Place;
}

/**
 * Policies that run one after the other, as one step. An error leaves it with its place filled in, innermost first. The plain form
 * knows nothing of traces; the traced form is made when a traced request first comes by.
 */
export function block(policies: readonly CompiledPolicy[]): Step {
  if (policies.length === 0) return () => "continue";
  const plain = plainBlock(policies);
  let traced: Step | null = null;
  return (exchange) => {
    if (exchange.trace === null) return plain(exchange);
    traced ??= plainBlock(policies.map(tracedPolicy));
    return traced(exchange);
  };
}

function plainBlock(policies: readonly CompiledPolicy[]): Step {
  const steps = policies.map((one) => one.step);
  return (exchange) => {
    let i = 0;
    try {
      for (; i < steps.length; i++) {
        const flow = steps[i]!(exchange);
        if (typeof flow !== "string") return tail(policies, i, exchange, flow);
        if (flow === "stop") return "stop";
      }
    } catch (error) {
      throw locate(error, policies[i]!.info, exchange);
    }
    return "continue";
  };
}

/** The rest of a block once a step waits. Between steps it looks whether the caller is still there. */
async function tail(policies: readonly CompiledPolicy[], from: number, exchange: Exchange, first: Promise<Flow>): Promise<Flow> {
  let i = from;
  try {
    if ((await first) === "stop") return "stop";
    for (i++; i < policies.length; i++) {
      if (exchange.signal.aborted && exchange.section !== "on-error") throw clientGone();
      const flow = policies[i]!.step(exchange);
      if ((typeof flow === "string" ? flow : await flow) === "stop") return "stop";
    }
  } catch (error) {
    throw locate(error, policies[i]!.info, exchange);
  }
  return "continue";
}

function locate(error: unknown, info: PolicyInfo, exchange: Exchange): PolicyError {
  const failure = toPolicyError(error, exchange);
  failure.source ??= info.name;
  failure.section ??= info.section;
  failure.scope ??= info.scope;
  failure.path ??= info.path;
  failure.policyId ??= info.policyId;
  return failure;
}

function tracedPolicy(policy: CompiledPolicy): CompiledPolicy {
  const { step, info } = policy;
  if (policy.isProbe === true) return policy;
  const run: Step = (exchange) => {
    const trace = exchange.trace!;
    const entry = trace.enter(info);
    try {
      const flow = step(exchange);
      if (typeof flow !== "string") return waited(trace, entry, info, flow);
      trace.leave(entry, flow);
      return flow;
    } catch (error) {
      failed(trace, entry, info, error);
      throw error;
    }
  };
  return { step: run, info };
}

async function waited(trace: Trace, entry: ReturnType<Trace["enter"]>, info: PolicyInfo, pending: Promise<Flow>): Promise<Flow> {
  try {
    const flow = await pending;
    trace.leave(entry, flow);
    return flow;
  } catch (error) {
    failed(trace, entry, info, error);
    throw error;
  }
}

function failed(trace: Trace, entry: ReturnType<Trace["enter"]>, info: PolicyInfo, error: unknown): void {
  trace.leave(entry, "error");
  const message = error instanceof Error ? error.message : String(error);
  trace.message(info.name, info.section, { message, ...(error instanceof PolicyError ? { reason: error.reason } : {}) }, "error");
}
