import { backendStates } from "../backends/backend-states.js";
import type { GatewayModel } from "../model/model.js";
import type { RecordedState } from "../observe/recording.js";
import { concurrencySlots } from "../policy/concurrency-slots.js";
import type { Runtime } from "../policy/services.js";

/** What a gateway remembers in its process, at a time: circuits, turns in pools, slots of limit-concurrency. */
export function stateOf(runtime: Runtime, model: GatewayModel, now: number): RecordedState {
  return { ...backendStates.of(runtime).kept(model, now), slots: Object.fromEntries(concurrencySlots.of(runtime)) };
}

/** Makes a gateway that has just begun remember the same. */
export function restoreState(runtime: Runtime, model: GatewayModel, state: RecordedState, now: number): void {
  backendStates.of(runtime).restore(model, state, now);
  const slots = concurrencySlots.of(runtime);
  for (const [key, taken] of Object.entries(state.slots)) slots.set(key, taken);
}
