import type { PolicyError } from "./error.js";
import type { Exchange } from "./exchange.js";
import type { Flow, Step } from "./flow.js";
import type { Observer, PolicyInfo, StepOutcome } from "./observer.js";
import { rememberAs } from "./per-request.js";

/** The exchange as a policy sees it that has an observer of its own: the same in everything else. */
function observedBy(exchange: Exchange, observer: Observer): Exchange {
  if (exchange.observer === observer) return exchange;
  const runtime = observer.services(exchange.runtime);
  const view = new Proxy(exchange, {
    get: (target, name) =>
      name === "observer" ? observer : name === "runtime" ? runtime : (Reflect.get(target, name, target) as unknown),
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
  rememberAs(view, exchange);
  return view;
}

/**
 * Runs a policy, or a branch of one, of a request that somebody watches: its observer is told as it begins and ends.
 * @param failureOf what the pipeline makes of something thrown
 * @param outcomeOf how it has ended, where that is not just the flow
 */
export function runObserved(
  step: Step,
  info: PolicyInfo,
  exchange: Exchange,
  failureOf: (error: unknown) => PolicyError,
  outcomeOf: (flow: Flow) => StepOutcome = (flow) => flow,
): Flow | Promise<Flow> {
  const observer = exchange.observer!.enter(info);
  const seen = observedBy(exchange, observer);
  const ended = (flow: Flow): Flow => {
    observer.leave(info, outcomeOf(flow), null);
    return flow;
  };
  const failed = (error: unknown): never => {
    const failure = failureOf(error);
    observer.leave(info, "error", failure);
    throw failure;
  };
  let flow: Flow | Promise<Flow>;
  try {
    flow = step(seen);
  } catch (error) {
    return failed(error);
  }
  return typeof flow === "string" ? ended(flow) : flow.then(ended, failed);
}
