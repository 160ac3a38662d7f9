import type { Exchange } from "./exchange.js";
import { PerRequest } from "./per-request.js";

/** The call of a language model, as far as a policy has read it. */
export interface ModelCall {
  /** The model, or the deployment, that the request names; null where it names none. */
  readonly requestModel: string | null;
  /** What is asked of it, by the names of OpenTelemetry: `chat`, `text_completion`, `embeddings`; null where the path does not tell. */
  readonly operation: "chat" | "text_completion" | "embeddings" | null;
  readonly isStreamed: boolean;
  /** Counts of the answer; null where it reports none. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

const calls = new PerRequest<ModelCall>();

/** Tells what a request asked a language model, and what it used. Of several tellings the last counts. */
export function noteModelCall(exchange: Exchange, call: ModelCall): void {
  calls.set(exchange, call);
}

/** What is known of the call of a language model in a request; null where no policy looked. */
export function modelCallOf(exchange: Exchange): ModelCall | null {
  return calls.get(exchange) ?? null;
}
