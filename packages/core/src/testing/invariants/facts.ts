import type { RequestModel } from "../file/model.js";
import type { Outcome } from "../outcome.js";

/** A token that a request carries, as it was made. */
export interface TokenFacts {
  /** Is it signed by a key that its provider publishes? */
  readonly isGenuine: boolean;
  /** Milliseconds since the epoch; null: never. */
  readonly from: number | null;
  readonly until: number | null;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** One request of a trial: what was sent, when, and what came of it. */
export interface CallFacts {
  /** The step of the trial that sent it. */
  readonly step: number;
  /** Which of the step's calls it is, from 0. */
  readonly turn: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly request: RequestModel & { readonly url: string };
  /** Null where none is sent. */
  readonly token: TokenFacts | null;
  readonly outcome: Outcome;
  /** The marks of the answers that backends gave it. */
  readonly given: readonly string[];
}

/** The values of a header or query parameter that a request has. */
export function headerOf({ headers = {} }: RequestModel, name: string): string | null {
  const entry = Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return entry === undefined ? null : String(entry[1]);
}

/** The value of a parameter of an absolute URL; null if it has none of this name. */
export function queryOf(url: string, name: string): string | null {
  return new URL(url).searchParams.get(name);
}

/** Is a token good when a call is made? */
export function isInForce({ isGenuine, from, until }: TokenFacts, at: number): boolean {
  return isGenuine && (from === null || from <= at) && (until === null || at < until);
}
