import fc from "fast-check";
import { expect, it } from "vitest";
import { processorTime } from "../../processor-time.js";
import { attempt } from "./host.js";
import { randomSource } from "./random-programs.js";

/**
 * `attempt` lets nothing pass but .NET exceptions and limits; an "internal error" is a JavaScript error in disguise, and TP1005 a
 * compiler that failed.
 */
it("no random program crashes, hangs or shows a JavaScript error", () => {
  const limits = { steps: 20_000, memory: 1_000_000, time: 1_000 };
  fc.assert(
    fc.property(randomSource, (source) => {
      const from = processorTime();
      const result = attempt(source, limits);
      if (result.kind === "refused") expect(result.code, result.message).not.toBe("TP1005");
      if (result.kind === "threw") expect(result.message).not.toContain("internal error");
      expect(processorTime() - from).toBeLessThan(3_000);
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 500) },
  );
}, 600_000);
