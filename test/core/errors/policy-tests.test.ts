import { join } from "node:path";
import { runTestFile, type TestResult } from "@turnpike/core/testing";
import { expect, it } from "vitest";

it("errors as policy test files see them", async () => {
  const results: TestResult[] = [];
  for await (const result of runTestFile(join(import.meta.dirname, "errors.policy-test.yaml"))) results.push(result);
  expect(results.filter((result) => !result.ok).map((result) => [result.test, result.failures])).toEqual([]);
  expect(results).toHaveLength(7);
});
