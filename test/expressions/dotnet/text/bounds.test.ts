import { describe, expect, test } from "vitest";
import { compileExpression, LimitError } from "#expressions/index.js";
import { processorHost } from "../../processor-host.js";

/** The limit that an evaluation reaches; "none" if it ends. */
function limitOf(source: string): string {
  const { expression, diagnostics } = compileExpression(source, { allowBeyond: true, limits: { time: 60_000 } });
  if (expression === null) throw new Error(diagnostics[0]?.message);
  try {
    expression.evaluate([], processorHost);
  } catch (error) {
    if (error instanceof LimitError) return error.limit;
    throw error;
  }
  return "none";
}

describe("what makes much of little is charged before it is made", () => {
  test.each([
    `"x".PadLeft(2000000000)`,
    `"x".PadRight(2000000000, '.')`,
    "new string('x', 2000000000)",
    `new StringBuilder().Append('x', 2000000000)`,
    `new StringBuilder().Insert(0, new string('x', 100000), 100000)`,
    `new string('a', 1000000).Replace("a", new string('b', 1000))`,
    `new StringBuilder(new string('a', 1000000)).Replace("a", new string('b', 1000))`,
    `string.Join(new string(',', 1000000), new string[1000])`,
    "Array.CreateInstance(typeof(long), 2000000000)",
    "new int[70000000]",
  ])("%s", (source) => {
    expect(limitOf(`@(${source})`)).toBe("memory");
  });

  test.each([
    "{ var sb = new StringBuilder(); sb.Length = 2000000000; return sb; }",
    "{ var a = new int[1]; Array.Resize(ref a, 2000000000); return a; }",
    `{ var sb = new StringBuilder("xx"); while (true) sb.Append(sb.ToString()); }`,
    `{ var s = "xx"; while (true) s = s.Replace("x", "xx"); }`,
    `{ var s = "xx"; while (true) s = s.Insert(0, s); }`,
    `{ while (true) string.Format("{0,999999}", 1); }`,
    `{ while (true) new StringBuilder().AppendFormat("{0,-999999}", 1); }`,
  ])("%s", (source) => {
    expect(limitOf(`@${source}`)).toBe("memory");
  });
});
