import { afterAll, describe, expect, it } from "vitest";
import { attempt } from "./host.js";
import {
  all,
  bareNames,
  dataKeys,
  endless,
  hostObjects,
  memberNames,
  type ScriptAttempt,
  syntax,
  textTricks,
} from "./script-escapes.js";

/** Whatever a script does, it must leave these as they were. */
const shared: readonly object[] = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
  Number.prototype,
  RegExp.prototype,
  Error.prototype,
  Map.prototype,
  Object,
  Array,
  Math,
  JSON,
];
const shapeOf = (object: object) =>
  Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key)?.value] as const);
const before = shared.map(shapeOf);
const globals = Reflect.ownKeys(globalThis);

/** No text of an answer may show what the host is made of. */
const INSIDE =
  /\.(ts|js|mjs):\d|node_modules|\bat [\w.<>]+ \(|\[object |\[native code\]|never to be seen|(?<!is called) is not a function/;

const limits = { steps: 50_000, memory: 500_000, depth: 100, regexTime: 50 };

function check({ source, outcome }: ScriptAttempt): void {
  const result = attempt(source, limits, "javascript");
  const answer = JSON.stringify({ ...result, value: undefined });
  const shown = `${source} gave ${answer}`;
  expect(answer).not.toMatch(INSIDE);
  if (outcome === "refused") expect(result.kind, shown).toBe("refused");
  else if (outcome === "nothing")
    expect(result.kind !== "value" || result.value === null || result.value === false, shown).toBe(true);
  else if ("throws" in outcome) expect(result, shown).toMatchObject({ kind: "threw", name: outcome.throws });
  else expect(result, shown).toMatchObject({ kind: "value", text: outcome.text });
}

const groups: readonly (readonly [string, readonly ScriptAttempt[]])[] = [
  ["names that lead to prototypes and constructors", memberNames],
  ["names of globals and of the evaluator", bareNames],
  ["syntax that is not available", syntax],
  ["objects of the host", hostObjects],
  ["keys that would reach a prototype", dataKeys],
  ["texts, functions and destructuring", textTricks],
];

describe.each(groups)("JavaScript: %s", (_title, attempts) => {
  it.each(attempts.map((attempt) => [attempt.source, attempt] as const))("%s", (_source, attempt) => check(attempt));
});

describe("JavaScript: limits", () => {
  it.each(endless)("%s", (source) => {
    const result = attempt(source, limits, "javascript");
    expect(["limit", "threw"], `${source} gave ${JSON.stringify({ ...result, value: undefined })}`).toContain(result.kind);
    if (result.kind === "limit") expect(result.ms).toBeLessThan(2_000);
  });
});

it("covers at least 200 attempts beside those on member names", () => {
  expect(all.length - memberNames.length).toBeGreaterThanOrEqual(200);
});

afterAll(() => {
  expect(shared.map(shapeOf)).toEqual(before);
  expect(Reflect.ownKeys(globalThis)).toEqual(globals);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});
