import { ofRequest } from "../../observe/log-failures.js";
import { policyError } from "../../policy/declared-error.js";
import { type BoundElement, definePolicy } from "../../policy/define.js";
import type { PolicyError } from "../../policy/error.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { logEvents } from "../../policy/log-events.js";
import { expression, flag, integer, oneOf, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import type { CounterRequest, CounterResult } from "../../stores/store.js";
import { toTakeApart } from "../messages.js";
import { storeKey } from "../store-key.js";
import { readPrompt, workOfPrompt } from "./llm-prompt.js";
import { type ModelAnswer, onAnswer } from "./model-answer.js";
import { aiProblems } from "./problems.js";
import { tokenCounter, tokenizerPackage } from "./token-counter.js";
import { calendarWindow, quotaPeriods } from "./token-quota-period.js";

const MINUTE = 60;

const attributes = {
  "counter-key": expression({
    required: true,
    expressions: true,
    notes: "Names the counter; calls with the same value share it.",
  }),
  "tokens-per-minute": integer({ expressions: true, min: 1, notes: "Most prompt and completion tokens in any minute." }),
  "token-quota": integer({ expressions: true, min: 1, notes: "Most tokens in a token-quota-period." }),
  "token-quota-period": oneOf(quotaPeriods, { expressions: true, notes: "Calendar period of the quota, in UTC." }),
  "estimate-prompt-tokens": flag({
    required: true,
    missing: "warning",
    expressions: true,
    notes: "Whether the prompt's size is estimated and judged before the call. A document without it is read as false.",
  }),
  "estimate-prompt-token": flag({ expressions: true, notes: "Read as estimate-prompt-tokens, with a warning." }),
  "retry-after-header-name": text({
    default: "Retry-After",
    notes: "Response header for the advised wait in seconds of a refused call.",
  }),
  "retry-after-variable-name": text({ notes: "Variable for the advised wait in seconds of a refused call." }),
  "remaining-quota-tokens-header-name": text({ notes: "Response header for the tokens left of the quota." }),
  "remaining-quota-tokens-variable-name": text({ notes: "Variable for the tokens left of the quota." }),
  "remaining-tokens-header-name": text({ notes: "Response header for the tokens left in the minute." }),
  "remaining-tokens-variable-name": text({ notes: "Variable for the tokens left in the minute." }),
  "tokens-consumed-header-name": text({ notes: "Response header for the tokens used, once the backend has answered." }),
  "tokens-consumed-variable-name": text({
    notes: "Variable for the tokens used: first the estimate, in the end the reported number.",
  }),
  "prompt-type": oneOf(["auto", "chat-completion", "completion", "embeddings"], {
    undocumented: "no-effect",
    notes: "Which form of request the estimate reads; here it reads all of them.",
  }),
  "ignore-prompt": flag({ undocumented: "works", notes: "true: only the tokens of the completion count." }),
};

const rateExceeded = { status: 429, reason: "TokenLimitExceeded" } as const;
const quotaExceeded = { status: 403, reason: "TokenQuotaExceeded" } as const;

/** How each limit refuses, where waiting helps and where it does not. */
const refusals = {
  rate: {
    forNow: policyError({
      ...rateExceeded,
      when: "the tokens of the minute are used up, or the estimate does not fit",
      message: "Token limit is exceeded. Try again in {n} seconds.",
    }),
    forGood: policyError({
      ...rateExceeded,
      when: "the estimate alone is more than the minute's tokens",
      message: "Token limit is exceeded.",
    }),
  },
  quota: {
    forNow: policyError({
      ...quotaExceeded,
      when: "the tokens of the period are used up, or the estimate does not fit",
      message: "Token quota is exceeded. Try again in {n} seconds.",
    }),
    forGood: policyError({
      ...quotaExceeded,
      when: "the estimate alone is more than the period's tokens",
      message: "Token quota is exceeded.",
    }),
  },
};

/** The policy llm-token-limit. */
export const llmTokenLimit = definePolicy({
  name: "llm-token-limit",
  aliases: ["azure-openai-token-limit"],
  category: "ai",
  summary: "Caps the language-model tokens that calls sharing a key may use per minute, per calendar period, or both.",
  remarks: [
    "Caps the tokens that calls sharing a key may use, by the minute (a sliding window) and by a calendar period. The real number, known once the model has answered, replaces the estimate; what goes beyond the limit is charged and delays later calls. Estimates are counted with gpt-tokenizer's o200k_base if that package is installed, and are four characters a token without it. Of a prompt longer than 256 Ki characters or 16 Ki tokens the rest is reckoned from the beginning.",
  ],
  readings: [
    "reasons `TokenLimitExceeded` and `TokenQuotaExceeded`",
    "the prompt is all text of messages, prompt, input, instructions and system",
    "weeks begin on Monday",
    "an error answer without usage costs nothing, nor does one that is not the backend's (from a cache, say)",
    "a streamed one without usage costs what is estimated. A JSON answer of up to 4 MiB is held back until it is there, so that outbound knows its usage",
    "a stream's is counted when it ends, too late for the headers. The model is asked for an answer without compression",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  counts: true,
  attributes,
  children: {},
  errors: Object.values(refusals).flatMap(({ forNow, forGood }) => [forNow, forGood]),
  packages: () => [tokenizerPackage],
  compile(element, compiler) {
    const { "tokens-per-minute": rate, "token-quota": quota, "token-quota-period": period } = element.attributes;
    if (rate === null && quota === null) compiler.report(aiProblems.limitsNothing(element.name));
    if ((quota === null) !== (period === null)) compiler.report(aiProblems.quotaWithoutPeriod(element.name));
    const key = element.attributes["counter-key"];
    const shortName = element.attributes["estimate-prompt-token"];
    if (shortName !== null) compiler.report(aiProblems.estimateMisspelt());
    const estimates = element.attributes["estimate-prompt-tokens"] ?? shortName;
    const ignoresPrompt = element.attributes["ignore-prompt"]?.literal ?? false;
    const counter = tokenCounter(compiler.package(tokenizerPackage));
    return async (exchange): Promise<Flow> => {
      const { body, url } = exchange.request;
      const prompt = await toTakeApart(exchange, body, (bytes) => readPrompt(bytes, counter, url.path), workOfPrompt);
      const isEstimated = prompt.isStreamed || (estimates?.get(exchange) ?? false);
      const limits = readLimits(element, key.get(exchange), exchange);
      const charge = new Charge(element, exchange, limits, isEstimated && !ignoresPrompt ? prompt.tokens() : 0, ignoresPrompt);
      await charge.admit();
      onAnswer(exchange, prompt, counter, (answer) => charge.settle(answer));
      return "continue";
    };
  },
});

interface Limit {
  readonly kind: "rate" | "quota";
  readonly counter: Omit<CounterRequest, "amount" | "force">;
}

type Element = BoundElement<typeof attributes, Record<never, never>>;

function readLimits(element: Element, key: string, exchange: Exchange): Limit[] {
  const limits: Limit[] = [];
  const rate = element.attributes["tokens-per-minute"]?.get(exchange);
  if (rate !== undefined)
    limits.push({
      kind: "rate",
      counter: { key: storeKey("tokens-1", key), window: "sliding", limit: rate, period: MINUTE, start: null },
    });
  const quota = element.attributes["token-quota"]?.get(exchange);
  const period = element.attributes["token-quota-period"]?.get(exchange);
  if (quota !== undefined && period !== undefined) {
    const { start, end } = calendarWindow(period, exchange.runtime.clock.now());
    limits.push({
      kind: "quota",
      counter: {
        key: storeKey("token-quota-1", period, key),
        window: "fixed",
        limit: quota,
        period: (end - start) / 1000,
        start,
      },
    });
  }
  return limits;
}

/** One call's tokens: admitted by the estimate, settled by what the model reports. */
class Charge {
  constructor(
    private readonly element: Element,
    private readonly exchange: Exchange,
    private readonly limits: readonly Limit[],
    private readonly estimate: number,
    private readonly ignoresPrompt: boolean,
  ) {}

  async admit(): Promise<void> {
    const results = await this.take(this.estimate, false);
    const refused = results.findIndex((result) => !result.admitted);
    if (refused >= 0) throw this.refusal(this.limits[refused]!, results[refused]!);
    this.set("tokens-consumed-variable-name", this.estimate);
    this.show(results);
  }

  /** Charges what the answer cost in place of the estimate. */
  settle({ status, usage }: ModelAnswer): void {
    const used =
      status === null ? 0 : ((this.ignoresPrompt ? usage?.completion : usage?.total) ?? (status >= 400 ? 0 : this.estimate));
    this.set("tokens-consumed-variable-name", used);
    const header = this.element.attributes["tokens-consumed-header-name"]?.literal;
    if (header !== undefined && status !== null) this.exchange.finalHeaders.push([header, String(used)]);
    if (used !== this.estimate)
      void Promise.resolve(this.take(used - this.estimate, true)).catch((error: unknown) =>
        this.exchange.runtime.logger.warn({ ...ofRequest(this.exchange), err: error }, logEvents.tokensNotCounted),
      );
  }

  private take(amount: number, force: boolean): CounterResult[] | Promise<CounterResult[]> {
    return this.exchange.runtime.store.counters.take(this.limits.map(({ counter }) => ({ ...counter, amount, force })));
  }

  private refusal({ kind, counter }: Limit, { retryAfter }: CounterResult): PolicyError {
    const seconds = Math.ceil(retryAfter / 1000);
    const canNeverFit = this.estimate > counter.limit || !Number.isFinite(seconds);
    const source = this.element.name;
    if (canNeverFit) return refusals[kind].forGood.error({}, { source });
    this.set("retry-after-variable-name", seconds);
    const header = this.element.attributes["retry-after-header-name"].literal ?? "Retry-After";
    return refusals[kind].forNow.error({ n: seconds }, { source, headers: [[header, String(seconds)]] });
  }

  private show(results: readonly CounterResult[]): void {
    this.limits.forEach(({ kind, counter }, i) => {
      const left = Math.max(0, counter.limit - results[i]!.count);
      const name = kind === "rate" ? "remaining-tokens" : "remaining-quota-tokens";
      this.set(`${name}-variable-name`, left);
      const header = this.element.attributes[`${name}-header-name`]?.literal;
      if (header !== undefined) this.exchange.finalHeaders.push([header, String(left)]);
    });
  }

  private set(attribute: keyof typeof attributes, value: number): void {
    const name = this.element.attributes[attribute]?.literal;
    if (typeof name === "string") this.exchange.variables.set(name, value);
  }
}
