import { boundedKey, type CounterRequest, type CounterResult } from "@turnpike/core";

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

/** What the script answered for each group; an Error for a group whose keys hold something else. */
export function readAnswer(answer: string): (CounterResult[] | Error)[] {
  return answer.split(";").map((group) => (group.startsWith("!") ? new Error(group.slice(1)) : group.split(",").map(readResult)));
}

function readResult(text: string): CounterResult {
  const [admitted, count, retryAfter, resetAfter] = text.split(" ").map(Number) as [number, number, number, number];
  return { admitted: admitted === 1, count, retryAfter: orNever(retryAfter), resetAfter: orNever(resetAfter) };
}

function orNever(ms: number): number {
  return ms < 0 ? Number.POSITIVE_INFINITY : ms;
}
