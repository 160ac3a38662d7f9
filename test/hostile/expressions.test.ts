import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileExpression, LimitError, NetException } from "@turnpike/expressions";
import { describe, expect, it } from "vitest";
import { asOnReference, growthOfMemory, growthOfTime, MOST_TIME, processTime } from "../measure.js";
import { processorTime } from "../processor-time.js";
import { platformCalls, texts, trap } from "./platform-calls.js";

/** Megabytes that an expression may grow the process by: the 64 of the limit on memory, and as much garbage that is not collected yet. */
const MOST_MEMORY = 2 * 64;
const MOST_GROWTH = 2.6;
/** Characters at which growth is measured, and those of the largest body that a gateway lets in. */
const HALF = 60_000;
const LARGEST = 4 * 1024 * 1024;
const MOST_TURNS = 6;

const threatModel = readFileSync(join(import.meta.dirname, "../../docs/threat-model.md"), "utf8");
const THIS_FILE = "`test/hostile/expressions.test.ts`";

/** Runs a call over texts of a length; .NET exceptions and limits are ends like others. @param time milliseconds of processor time */
function runner(source: string, kind: keyof typeof texts, length: number, time: number, atLook = () => {}): () => void {
  const isScript = source.startsWith("js:");
  const { expression, diagnostics } = compileExpression(`@(${isScript ? source.slice(3) : source})`, {
    language: isScript ? "javascript" : "csharp",
    globals: { t: "string", u: "string" },
    limits: { time },
  });
  if (expression === null) throw new Error(`${source}: ${diagnostics[0]?.message}`);
  const text = texts[kind](length);
  const isSearch = kind === "letters";
  const other = isSearch ? trap(length) : `${text.slice(0, -1)}b`;
  const elapsed = (): number => {
    atLook();
    return processorTime();
  };
  const host = { now: () => 0, randomBytes: (size: number) => new Uint8Array(size), elapsed };
  return () => {
    try {
      expression.evaluate([text, other], host);
    } catch (error) {
      if (!(error instanceof NetException || error instanceof LimitError)) throw error;
    }
  };
}

/** The longest time without a look at the clock, the least of several runs. */
function longestStretch(source: string, kind: keyof typeof texts): number {
  let least = Number.POSITIVE_INFINITY;
  let last = 0;
  let longest = 0;
  const look = (): void => {
    const now = processorTime();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const run = runner(source, kind, LARGEST, 10, look);
  for (let turn = 0; turn < MOST_TURNS && least > MOST_TIME; turn++) {
    longest = 0;
    last = processorTime();
    run();
    look();
    least = Math.min(least, longest);
  }
  return least;
}

describe.each(platformCalls)("$platform", ({ platform, calls, texts: kinds }) => {
  const rows = calls.flatMap((call) => kinds.map((kind) => [call, kind] as const));

  it.each(rows)("%s over %s takes twice as long for twice as much", async (call, kind) => {
    const [half, whole] = [HALF, HALF * 2].map((length) => runner(call, kind, length, 60_000));
    const growth = await growthOfTime(half!, whole!, MOST_GROWTH, processTime);
    expect(growth).toBeLessThanOrEqual(MOST_GROWTH);
  });

  it.each(rows)("%s over %s, as long as a body may be, can be ended", async (call, kind) => {
    expect(await asOnReference(longestStretch(call, kind))).toBeLessThanOrEqual(MOST_TIME);
  });

  it("stands in the threat model", () => {
    const row = threatModel.split("\n").filter((line) => line.startsWith(`| ${platform} |`) && line.includes(THIS_FILE));
    expect(row).toHaveLength(1);
  });
});

describe("what allocates by a count", () => {
  it.each([
    "new int[99999999]",
    "new int[33600000]",
    "new long[6000000]",
    "new string[6000000]",
    "new byte[99999999]",
    "new string('a', 99999999)",
    "new string('\u4e2d', 30000000)",
    "Enumerable.Repeat(1, 99999999).ToList()",
    "Enumerable.Range(0, 99999999).ToArray()",
    "Enumerable.Range(0, 99999999).Select(i => new List<int>()).ToList()",
    "Enumerable.Range(0, 99999999).Select(i => new Dictionary<int, int>()).ToList()",
    "Enumerable.Range(0, 99999999).Select(i => (object)(long)i).ToList()",
    "new HashSet<int>(Enumerable.Range(0, 99999999))",
    "Enumerable.Range(0, 99999999).ToDictionary(i => i)",
    'string.Join(",", Enumerable.Repeat("abc", 99999999))',
    '"a".PadLeft(99999999)',
    "new StringBuilder(2000000000)",
    "new StringBuilder().Append('a', 99999999)",
    "new List<int>(2000000000)",
    '(1).ToString("D999999999")',
    '(1.5).ToString("F999999999")',
    '(1.5m).ToString("N999999999")',
    'string.Format("{0,999999}{0,999999}", 1)',
    "new string('a', 30000000).ToCharArray()",
    "new string(',', 30000000).Split(',')",
    'JArray.Parse("[" + string.Join(",", Enumerable.Repeat("1", 1000000)) + "]")',
  ])("%s grows the process by a bounded amount", async (source) => {
    const run = runner(source, "letters", 1, 60_000);
    expect(await growthOfMemory(run)).toBeLessThanOrEqual(MOST_MEMORY);
  });
});
