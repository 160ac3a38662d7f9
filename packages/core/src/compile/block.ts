import type { Exchange } from "../policy/exchange.js";
import { clientGone, failureAt } from "../policy/failure.js";
import type { Flow, Step } from "../policy/flow.js";
import { runObserved } from "../policy/observed.js";
import type { PolicyInfo } from "../policy/observer.js";

/** A policy ready to run, and what errors and traces say of it. */
export interface CompiledPolicy {
  readonly step: Step;
  readonly info: PolicyInfo;
  /** True of what only counts that a place is reached: no policy, and nothing that traces speak of. */
  readonly isProbe?: boolean;
  /** What it does, as a text: only where the environment tells shapes. */
  readonly shape?: string;
}

/**
 * Policies that run one after the other, as one step. An error leaves it with its place filled in, innermost first. The plain form
 * knows nothing of observers; the observed form is made when a request first comes by that somebody watches.
 */
export function block(policies: readonly CompiledPolicy[]): Step {
  if (policies.length === 0) return () => "continue";
  const plain = plainBlock(policies);
  let observed: Step | null = null;
  return (exchange) => {
    if (exchange.observer === null) return plain(exchange);
    observed ??= plainBlock(policies.map(observedPolicy));
    return observed(exchange);
  };
}

function plainBlock(policies: readonly CompiledPolicy[]): Step {
  const steps = policies.map((policy) => policy.step);
  return (exchange) => {
    let i = 0;
    try {
      for (; i < steps.length; i++) {
        const flow = steps[i]!(exchange);
        if (typeof flow !== "string") return tail(policies, i, exchange, flow);
        if (flow === "stop") return stopped(policies[i]!.info, exchange);
      }
    } catch (error) {
      throw failureAt(error, policies[i]!.info, exchange);
    }
    return "continue";
  };
}

/** The rest of a block once a step waits. Between steps it looks whether the caller is still there. */
async function tail(policies: readonly CompiledPolicy[], from: number, exchange: Exchange, first: Promise<Flow>): Promise<Flow> {
  let i = from;
  try {
    if ((await first) === "stop") return stopped(policies[i]!.info, exchange);
    for (i++; i < policies.length; i++) {
      if (exchange.signal.aborted && exchange.section !== "on-error") throw clientGone();
      const flow = policies[i]!.step(exchange);
      if ((typeof flow === "string" ? flow : await flow) === "stop") return stopped(policies[i]!.info, exchange);
    }
  } catch (error) {
    throw failureAt(error, policies[i]!.info, exchange);
  }
  return "continue";
}

/** The innermost policy that ends a request is the one that answered it. */
function stopped(info: PolicyInfo, exchange: Exchange): Flow {
  exchange.answeredBy ??= info;
  return "stop";
}

function observedPolicy(policy: CompiledPolicy): CompiledPolicy {
  const { step, info } = policy;
  if (policy.isProbe === true) return policy;
  return { step: (exchange) => runObserved(step, info, exchange, (error) => failureAt(error, info, exchange)), info };
}
