import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CoverageRecorder, coverageByFile, mutateTestFiles, runTestFile } from "@turnpike/core/testing";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { turnpike } from "../adapters/cli/support.js";

const sample = fileURLToPath(new URL("../../sample", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "turnpike-sample-"));
const file = fileURLToPath(new URL("../../sample/payments.policy-test.yaml", import.meta.url));

beforeAll(() => {
  vi.stubEnv("SAMPLE_UPSTREAM", "https://upstream.internal");
  vi.stubEnv("SAMPLE_OPENID_CONFIG", "https://login.internal/v2.0/.well-known/openid-configuration");
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

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

const audiences = `        <audiences>
            <audience>{{api-audience}}</audience>
        </audiences>
`;

/** Faults that people make, each a text of a document in place of another. */
const faults: readonly [string, file: string, before: string, after: string][] = [
  ["the outer scopes are left out", "payments.xml", "<inbound>\n        <base />", "<inbound>"],
  ["the role to read is enough to pay", "payments.xml", 'Contains("Payments.Write")', 'Contains("Payments.Read")'],
  ["another method takes the stronger role", "payments.xml", 'Method == "POST"', 'Method == "PUT"'],
  ["the signing key is not sent", "payments.xml", "{{payments-hmac-key}}", ""],
  ["a 502 is not tried again", "payments.xml", "context.Response.StatusCode == 502 || ", ""],
  ["a body is not kept for another try", "payments.xml", 'buffer-request-body="true" ', ""],
  ["errors have no shape", "payments.xml", "<on-error>\n        <base />", "<on-error>"],
  ["the small plan has a call more", "starter.xml", 'calls="5"', 'calls="6"'],
  ["the large plan is a small one", "premium.xml", 'calls="100"', 'calls="10"'],
  ["rates of all pairs are one", "rates.xml", "<vary-by-query-parameter>pair</vary-by-query-parameter>", ""],
  ["rates stay for a minute", "rates.xml", '<cache-store duration="15" />', '<cache-store duration="60" />'],
  ["tokens for other APIs pass", "std-edge.fragment.xml", audiences, ""],
  ["any scheme will do", "std-edge.fragment.xml", ' require-scheme="Bearer"', ""],
  ["the caller's correlation id is thrown away", "std-edge.fragment.xml", 'exists-action="skip"', 'exists-action="override"'],
  ["the server names itself", "global.xml", '<set-header name="X-Powered-By" exists-action="delete" />', ""],
];

it.each(faults)("and notice that %s", async (_, name, before, after) => {
  const copy = mkdtempSync(join(folder, "fault-"));
  cpSync(sample, copy, { recursive: true });
  const document = join(copy, "policies", name);
  const text = readFileSync(document, "utf8");
  const changed = text.replace(before, after);
  expect(changed).not.toBe(text);
  writeFileSync(document, changed);
  const failed: string[] = [];
  for await (const { test, ok } of runTestFile(join(copy, "payments.policy-test.yaml"))) if (!ok) failed.push(test);
  expect(failed).not.toEqual([]);
  // It is a test that fails, not the document that does not compile.
  expect(failed).not.toContain("(the file)");
});

it("and its invariants hold, as far as trials tell", async () => {
  const file = join(sample, "gateway.invariants.yaml");
  const call = ["--invariants", file, "--to", folder, "--runs", "50", "--seconds", "600"];
  expect(await turnpike("prove", sample, ...call)).toMatchObject({ code: 0, err: "" });
});
