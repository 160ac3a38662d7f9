import { type ArmAnswer, type ArmCalls, type ArmRequest, BATCH } from "./calls.js";

/** Times that a request is sent before it counts as failed. */
const ATTEMPTS = 5;
const FIRST_WAIT = 1_000;
/** A service that wants more time than that is not to be had now: the source is asked again later. */
const LONGEST_WAIT = 60_000;
const AT_ONCE = 4;
/** Most pages of all lists together. */
const MOST_REQUESTS = 200_000;

type Then = (answer: ArmAnswer) => void;

interface Waiting extends ArmRequest {
  readonly then: Then;
  readonly attempts: number;
}

/** Requests that lead to others: they are sent together as far as they go, throttled ones again when they may be. */
export class ArmQueue {
  private waiting: Waiting[] = [];
  private count = 0;

  constructor(private readonly calls: ArmCalls) {}

  /** Asks for something. `then` gets what was answered, as long as that is not a failure that passes; it may ask for more. */
  ask(method: ArmRequest["method"], path: string, then: Then): void {
    if (++this.count > MOST_REQUESTS) throw new Error(`The instance needs more than ${MOST_REQUESTS} requests.`);
    this.waiting.push({ method, path, then, attempts: 0 });
  }

  /** Asks for a list, page by page. @param each gets the items; null if there is no such list */
  list(path: string, each: (items: readonly Resource[] | null) => void, found: readonly Resource[] = []): void {
    this.ask("GET", path, (answer) => {
      if (answer.status === 404) return each(null);
      expectFound(path, answer);
      const { value, nextLink } = (answer.body ?? {}) as { value?: unknown; nextLink?: unknown };
      if (!Array.isArray(value)) throw new Error(`Invalid answer to ${withoutQuery(path)}: expected a list.`);
      const items = [...found, ...value.filter(isResource)];
      if (typeof nextLink !== "string" || nextLink === "") return each(items);
      const next = this.calls.pathOf(nextLink);
      if (next === path) throw new Error(`Invalid nextLink of ${withoutQuery(path)}: it leads to itself.`);
      this.list(next, each, items);
    });
  }

  /** Sends until nothing is left. Rejects if something cannot be had. */
  async drain(signal: AbortSignal): Promise<void> {
    while (this.waiting.length > 0) {
      signal.throwIfAborted();
      const round = this.waiting.splice(0, BATCH * AT_ONCE);
      const batches: Waiting[][] = [];
      for (let at = 0; at < round.length; at += BATCH) batches.push(round.slice(at, at + BATCH));
      const answers = await Promise.all(batches.map((batch) => this.calls.send(batch, signal)));
      let pause = 0;
      for (const [index, answer] of answers.flat().entries()) pause = Math.max(pause, this.settle(round[index]!, answer));
      if (pause > 0) await this.calls.wait(pause, signal);
    }
  }

  /** @returns milliseconds to wait for before anything is sent again */
  private settle(request: Waiting, answer: ArmAnswer): number {
    if (answer.status !== 429 && answer.status !== 408 && answer.status < 500) {
      request.then(answer);
      return 0;
    }
    const attempts = request.attempts + 1;
    const pause = answer.retryAfter ?? FIRST_WAIT * 2 ** request.attempts;
    if (attempts >= ATTEMPTS || pause > LONGEST_WAIT) throw failure(request.path, answer);
    this.waiting.push({ ...request, attempts });
    return Math.max(pause, 1);
  }
}

/** An ARM resource. */
export interface Resource {
  readonly id?: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Throws if a request did not get what it asked for. */
export function expectFound(path: string, answer: ArmAnswer): void {
  if (answer.status < 200 || answer.status >= 300) throw failure(path, answer);
}

function failure(path: string, { status, body, retryAfter }: ArmAnswer): Error {
  const { error } = (body ?? {}) as { error?: { code?: unknown } };
  const code = typeof error?.code === "string" && /^\w{1,100}$/.test(error.code) ? ` (${error.code})` : "";
  const later = retryAfter === null ? "" : ` It asks to wait for ${Math.ceil(retryAfter / 1000)} seconds.`;
  return new Error(`${withoutQuery(path)} answered ${status}${code}.${later}`);
}

const withoutQuery = (path: string): string => path.replace(/\?.*$/, "");

function isResource(item: unknown): item is Resource {
  if (typeof item !== "object" || item === null) return false;
  const { name, properties } = item as { name?: unknown; properties?: unknown };
  return typeof name === "string" && typeof properties === "object" && properties !== null;
}
