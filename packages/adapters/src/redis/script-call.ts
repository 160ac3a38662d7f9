import type { CounterRequest, CounterResult } from "@turnpike/core";
import { boundedKey } from "@turnpike/core/adapter";

/** Counters of one call: all are counted or none. */
export type Group = readonly CounterRequest[];

/**
 * Keys and arguments of the script for groups of counters, as Redis takes them behind the script.
 * @param prefix what every key starts with
 */
export function scriptArguments(groups: readonly Group[], prefix: string): string[] {
  const keys: string[] = [""];
  const args: string[] = [];
  for (const group of groups)
    for (const [i, { key, window, limit, period, start, amount, force }] of group.entries()) {
      const kind = window === "sliding" ? "s" : "f";
      keys.push(prefix + kind + boundedKey(key));
      const most = Math.min(limit, Number.MAX_SAFE_INTEGER);
      const length = Math.round(period * 1000);
      args.push(`${i === 0 ? kind.toUpperCase() : kind} ${most} ${length} ${start ?? "-"} ${amount} ${force ? 1 : 0}`);
    }
  keys[0] = String(args.length);
  return [...keys, ...args];
}

/**
 * What the script answered for each group; an Error for a group whose keys hold something else, or that it did not answer.
 */
export function readAnswer(answer: string, groups: readonly Group[]): (CounterResult[] | Error)[] {
  const answers = answer.split(";");
  return groups.map((group, i) => {
    const text = answers[i] ?? "";
    if (text.startsWith("!")) return new Error(text.slice(1));
    const results = text.split(",").map(readResult);
    return results.length === group.length && !results.includes(null)
      ? (results as CounterResult[])
      : new Error("The script of the counters has answered with something else than counters.");
  });
}

function readResult(text: string): CounterResult | null {
  const [admitted, count, retryAfter, resetAfter, ...more] = text.split(" ").map(Number);
  const isWhole = [admitted, count, retryAfter, resetAfter].every(Number.isInteger) && more.length === 0;
  return isWhole
    ? { admitted: admitted === 1, count: count!, retryAfter: orNever(retryAfter!), resetAfter: orNever(resetAfter!) }
    : null;
}

function orNever(ms: number): number {
  return ms < 0 ? Number.POSITIVE_INFINITY : ms;
}
