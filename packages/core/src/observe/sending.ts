import type { Exchange } from "../policy/exchange.js";
import { logEvents } from "../policy/log-events.js";
import { secretMask } from "../policy/secret-mask.js";
import { keptEntries } from "../policy/trace-entries.js";
import type { Meter } from "./meter.js";
import { type GatewayOutcome, type OutcomeTexts, outcomeOf, type Sent } from "./outcome.js";
import { ShownText } from "./shown-text.js";

/** Told of every request that a gateway has handled, once its answer has gone out. What it throws is logged. */
export type OutcomeListener = (outcome: GatewayOutcome) => void;

/** An answer on its way to the caller: whoever sends it tells when that is over, once. */
export class Sending {
  private isOver = false;

  constructor(
    private readonly exchange: Exchange,
    private readonly meter: Meter,
    private readonly listeners: readonly OutcomeListener[],
  ) {}

  /** The answer has gone out, or cannot go out any more. */
  readonly done = (sent: Sent = {}): void => {
    if (this.isOver) return;
    this.isOver = true;
    const { exchange, meter, listeners } = this;
    const waited = meter.elapsed - this.answeredAt - (meter.backend - this.backendBefore);
    meter.client += Math.max(0, waited);
    if (listeners.length === 0) return;
    const outcome = outcomeOf(exchange, meter, sent, textsOf(exchange, meter));
    for (const listener of listeners) {
      try {
        listener(outcome);
      } catch (error) {
        exchange.runtime.logger.error({ err: error }, logEvents.outcomeListenerFailed);
      }
    }
  };

  private answeredAt = 0;
  private backendBefore = 0;

  /** The answer is made, and begins to go out. */
  begin(): void {
    this.answeredAt = this.meter.elapsed;
    this.backendBefore = this.meter.backend;
  }
}

const LONGEST = 8_000;

/** What an expression throws or traces, and what a diagnostic logs, may hold what the caller sent; nothing else does. */
function textsOf(exchange: Exchange, { capture }: Meter): OutcomeTexts {
  const isFromCaller = exchange.failures !== null || capture !== null || keptEntries(exchange).length > 0;
  if (isFromCaller) {
    const texts = new ShownText(exchange);
    return { header: (name, value) => texts.header(name, value), text: (text, most = LONGEST) => texts.text(text, most) };
  }
  const mask = secretMask(exchange.configuration);
  return { header: (_, value) => mask.text(value), text: (text) => mask.text(text) };
}
