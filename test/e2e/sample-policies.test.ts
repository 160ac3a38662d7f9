import { fileURLToPath } from "node:url";
import { CoverageRecorder, coverageByFile, mutateTestFiles, runTestFile } from "@turnpike/core/testing";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

const file = fileURLToPath(new URL("../../sample/payments.policy-test.yaml", import.meta.url));

beforeAll(() => {
  vi.stubEnv("SAMPLE_UPSTREAM", "https://upstream.internal");
  vi.stubEnv("SAMPLE_OPENID_CONFIG", "https://login.internal/v2.0/.well-known/openid-configuration");
});
afterAll(() => vi.unstubAllEnvs());

it("the sample gateway's own tests pass, and take every branch of its documents", async () => {
  const coverage = new CoverageRecorder();
  const failures: string[] = [];
  for await (const { test, failures: own } of runTestFile(file, { coverage }))
    failures.push(...own.map((one) => `${test}: ${one}`));
  expect(failures).toEqual([]);
  const branches = ["branch", "when", "otherwise", "not-taken"];
  const missed = coverageByFile(coverage.recorded()).flatMap((one) =>
    one.items.flatMap(({ kind, name, line, hits }) =>
      branches.includes(kind) && hits === 0 ? [`${one.file}:${line} ${name}`] : [],
    ),
  );
  expect(missed).toEqual([]);
});

it("and notice nearly every change of them", async () => {
  const count = { killed: 0, survived: 0, uncovered: 0, equivalent: 0 };
  const missed: string[] = [];
  for await (const one of mutateTestFiles([file])) {
    if ("problem" in one) throw new Error(one.problem);
    count[one.status]++;
    if (one.status !== "killed" && one.status !== "equivalent") missed.push(`${one.file}:${one.line} ${one.operator}`);
  }
  const share = count.killed / (count.killed + count.survived + count.uncovered);
  expect(share, missed.join("\n")).toBeGreaterThanOrEqual(0.95);
  expect(count.killed).toBeGreaterThan(50);
}, 60_000);
