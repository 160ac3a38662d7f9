import type { Exchange } from "./exchange.js";

/** What a step says: go on with the next one, or stop, because the response as it stands is the answer (`return-response`). */
export type Flow = "continue" | "stop";

/** One compiled policy. It returns a promise only if it really waits. A failure is a thrown {@link PolicyError}. */
export type Step = (exchange: Exchange) => Flow | Promise<Flow>;

/**
 * Runs steps one after the other. Synchronous as long as every step is; the first step that waits hands over to an async tail.
 */
export function sequence(steps: readonly Step[]): Step {
  if (steps.length === 0) return () => "continue";
  if (steps.length === 1) return steps[0]!;
  return (exchange) => {
    for (let i = 0; i < steps.length; i++) {
      const flow = steps[i]!(exchange);
      if (typeof flow !== "string") return finish(steps, i + 1, exchange, flow);
      if (flow === "stop") return "stop";
    }
    return "continue";
  };
}

async function finish(steps: readonly Step[], from: number, exchange: Exchange, first: Promise<Flow>): Promise<Flow> {
  if ((await first) === "stop") return "stop";
  for (let i = from; i < steps.length; i++) {
    const flow = steps[i]!(exchange);
    if ((typeof flow === "string" ? flow : await flow) === "stop") return "stop";
  }
  return "continue";
}
