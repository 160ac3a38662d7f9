import fc from "fast-check";
import { expect, test } from "vitest";
import { Regex } from "#expressions/dotnet/regex/regex.js";
import { defaultLimits } from "#expressions/index.js";
import { Run } from "#expressions/values/index.js";

/**
 * Patterns on which .NET and JavaScript agree: no loops over what may be empty, no references, no options. Where a match begins and
 * ends must then be the same.
 */
const patterns = fc.letrec<{ term: string; atom: string; pattern: string }>((tie) => ({
  atom: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("a", "b", "c", ".", "[ab]", "[^a]", "\\w", "\\W", "[b-c]", "\\."),
    fc.tuple(fc.constantFrom("(", "(?:"), tie("pattern")).map(([open, body]) => `${open}a${body})`),
    fc.tuple(tie("pattern"), tie("pattern")).map(([first, other]) => `(?:a${first}|b${other})`),
  ),
  term: fc.oneof(
    { depthSize: "small" },
    tie("atom"),
    fc
      .tuple(tie("atom"), fc.constantFrom("*", "+", "?", "{2}", "{1,2}", "{2,}"), fc.constantFrom("", "?"))
      .map(([atom, quantifier, lazy]) => atom + quantifier + lazy),
    fc.tuple(fc.constantFrom("(?=", "(?!", "(?<=", "(?<!"), tie("atom")).map(([look, atom]) => `${look}${atom})`),
    fc.constantFrom("\\b", "\\B", "^"),
  ),
  pattern: fc.array(tie("term"), { maxLength: 4, depthIdentifier: "pattern" }).map((terms) => terms.join("")),
})).pattern;

const host = { now: () => 0, randomBytes: (length: number) => new Uint8Array(length), elapsed: () => 0 };

test("matches begin and end where JavaScript's do", () => {
  fc.assert(
    fc.property(patterns, fc.string({ unit: fc.constantFrom("a", "b", "c", ".", " "), maxLength: 12 }), (pattern, text) => {
      const expected = new RegExp(pattern).exec(text);
      const match = Regex.of(new Run(host, defaultLimits), pattern, 0).match(new Run(host, defaultLimits), text);
      expect([match.success, match.value]).toEqual([expected !== null, expected?.[0] ?? ""]);
      if (expected !== null) expect(match.index).toBe(expected.index);
    }),
    { numRuns: 4_000, seed: 42 },
  );
});
