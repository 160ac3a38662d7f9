import { afterAll, describe, expect, it } from "vitest";
import { type Attempt, all, bareNames, dataKeys, forbiddenTypes, hostObjects, memberNames, textTricks } from "./escapes.js";
import { attempt } from "./host.js";

/** Whatever an expression does, it must leave these as they were. */
const shared: readonly (readonly [string, object])[] = [
  ["Object.prototype", Object.prototype],
  ["Array.prototype", Array.prototype],
  ["Function.prototype", Function.prototype],
  ["String.prototype", String.prototype],
  ["Number.prototype", Number.prototype],
  ["Map.prototype", Map.prototype],
  ["globalThis", globalThis],
];
const before = shared.map(([, object]) => Reflect.ownKeys(object).length);

/** No text of an answer may show what the host is made of. */
const INSIDE = /\.(ts|js|mjs):\d|node_modules|\bat [\w.<>]+ \(|\[object |\[native code\]|never to be seen|is not a function/;

function check({ source, outcome }: Attempt): void {
  const result = attempt(source);
  expect(JSON.stringify({ ...result, value: undefined })).not.toMatch(INSIDE);
  if (outcome === "refused") {
    expect(result.kind, `${source} gave ${JSON.stringify(result)}`).toBe("refused");
  } else if ("throws" in outcome) {
    expect(result).toMatchObject({ kind: "threw", name: outcome.throws });
  } else {
    expect(result).toMatchObject({ kind: "value", text: outcome.text });
  }
}

const groups: readonly (readonly [string, readonly Attempt[]])[] = [
  ["JavaScript's own member names on .NET values", memberNames],
  ["names of JavaScript's globals and of the evaluator", bareNames],
  ["types and syntax outside the list", forbiddenTypes],
  ["objects of the host", hostObjects],
  ["keys that would reach a prototype", dataKeys],
  ["texts that mean something elsewhere", textTricks],
];

describe.each(groups)("%s", (_title, attempts) => {
  it.each(attempts.map((attempt) => [attempt.source, attempt] as const))("%s", (_source, attempt) => check(attempt));
});

it("covers at least 200 attempts", () => {
  expect(all.length).toBeGreaterThanOrEqual(200);
});

afterAll(() => {
  expect(shared.map(([, object]) => Reflect.ownKeys(object).length)).toEqual(before);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});
