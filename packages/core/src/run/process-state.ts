import { backendStates } from "../backends/backend-states.js";
import type { GatewayModel } from "../model/model.js";
import type { RecordedState } from "../observe/recording.js";
import { concurrencySlots } from "../policy/concurrency-slots.js";
import type { Runtime } from "../policy/services.js";

/** What a gateway remembers in its process, at a time: circuits, turns in pools, slots of limit-concurrency. */
export function stateOf(runtime: Runtime, model: GatewayModel, now: number): RecordedState {
  return { ...backendStates.of(runtime).kept(model, now), slots: Object.fromEntries(concurrencySlots.of(runtime)) };
}

/**
 * Makes a gateway remember the same.
 * @param from the configuration of the gateway that remembered it
 */
export function restoreState(
  runtime: Runtime,
  model: GatewayModel,
  state: RecordedState,
  now: number,
  from: GatewayModel = model,
): void {
  backendStates.of(runtime).forget(from);
  backendStates.of(runtime).restore(model, state, now);
  const slots = concurrencySlots.of(runtime);
  slots.clear();
  for (const [key, taken] of Object.entries(state.slots)) slots.set(key, taken);
}
