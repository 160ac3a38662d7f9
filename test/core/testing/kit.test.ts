import { AssertionError } from "node:assert";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  coverageByFile,
  expectOutcome,
  type FakeRule,
  type Outcome,
  outcomeMatchers,
  policyTest,
  takeKeptCoverage,
} from "@turnpike/core/testing";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "kit-"));
afterAll(() => rmSync(folder, { recursive: true }));

const policy = `<policies><inbound><base />
<check-header name="X-Key" failed-check-httpcode="401" failed-check-error-message="No key." ignore-case="true" />
<set-header name="X-Plan" exists-action="override"><value>gold</value></set-header>
</inbound></policies>`;
const url = "https://api.example/a";
const passed = { url, headers: { "X-Key": "k" } };

describe("matchers of outcomes", () => {
  const say = (result: { pass: boolean; message(): string }): string => (result.pass ? "pass" : result.message());

  it("pass where all is so", async () => {
    const world = await policyTest({ policy });
    const refused = await world.send({ url });
    const forwarded = await world.send(passed);
    expect(say(outcomeMatchers.toRefuse(refused, { status: 401, by: "check-header", reason: "HeaderNotFound" }))).toBe("pass");
    expect(say(outcomeMatchers.toForward(forwarded, { headers: { "X-Plan": "gold" } }))).toBe("pass");
    expect(say(outcomeMatchers.toHaveRun(forwarded, "check-header", "set-header", "forward-request"))).toBe("pass");
    expect(say(outcomeMatchers.toAnswer(forwarded, { status: 200, headers: { "X-None": null } }))).toBe("pass");
    expect(say(outcomeMatchers.toCount([refused, forwarded, forwarded], { 200: 2, 401: 1 }))).toBe("pass");
  });

  it.each<[string, (outcomes: { refused: Outcome; forwarded: Outcome }) => { pass: boolean; message(): string }, string]>([
    [
      "refusing",
      ({ forwarded }) => outcomeMatchers.toRefuse(forwarded),
      "the backend got 1 calls, expected none\nstatus is 200, expected 400 or more\nanswered by backend",
    ],
    [
      "by another",
      ({ refused }) => outcomeMatchers.toRefuse(refused, { by: "validate-jwt" }),
      "check-header answered, expected validate-jwt\nanswered by check-header at configuration#apis.echo-api.policy:2:1\nerror: check-header HeaderNotFound Header X-Key was not found",
    ],
    ["forwarding", ({ refused }) => outcomeMatchers.toForward(refused), "backend got 0 calls, expected 1"],
    [
      "having run",
      ({ refused }) => outcomeMatchers.toHaveRun(refused, "set-header"),
      'trace is ["check-header"], expected ["set-header"] in this order',
    ],
    [
      "answering",
      ({ refused }) => outcomeMatchers.toAnswer(refused, { body: { json: { message: "No." } } }),
      '-   "message": "No."\n+   "statusCode": 401,\n+   "message": "No key."',
    ],
    [
      "counting",
      ({ refused }) => outcomeMatchers.toCount([refused], { 200: 1 }),
      "0 answers have the status 200, expected 1\n1 answers have the status 401, expected 0",
    ],
  ])("say why not: %s", async (_name, matcher, message) => {
    const world = await policyTest({ policy });
    const outcomes = { refused: await world.send({ url }), forwarded: await world.send(passed) };
    expect(say(matcher(outcomes))).toContain(message);
  });

  it("are assertions for runners without expect", async () => {
    const outcome = await (await policyTest({ policy })).send({ url });
    expectOutcome(outcome).toRefuse({ status: 401 });
    expect(() => expectOutcome(outcome).toRefuse({ status: 403 })).toThrow(AssertionError);
    expect(() => expectOutcome([outcome]).toCount({ 200: 1 })).toThrow("expected the outcomes to count so:");
  });
});

it("includes a fragment in the section that is named", async () => {
  const fragment = '<fragment><set-header name="X-Out" exists-action="override"><value>1</value></set-header></fragment>';
  const out = await (await policyTest({ fragment, section: "outbound" })).send({ url });
  expect([out.headers.get("X-Out"), out.backendCalls[0]!.headers.get("X-Out")]).toEqual(["1", null]);
  const inside = await (await policyTest({ fragment })).send({ url });
  expect([inside.headers.get("X-Out"), inside.backendCalls[0]!.headers.get("X-Out")]).toEqual([null, "1"]);
  const failed = await (await policyTest({ fragment, section: "on-error", backend: [{ fail: "refused" }] })).send({ url });
  expect([failed.status, failed.headers.get("X-Out")]).toEqual([502, "1"]);
  const backend = '<fragment><forward-request timeout="1" /></fragment>';
  const slow = await (await policyTest({ fragment: backend, section: "backend", backend: [{ fail: "timeout" }] })).send({ url });
  expect([slow.status, slow.backendCalls.length, slow.elapsed]).toEqual([504, 1, 1000]);
});

describe("a fake backend", () => {
  const send = async (rule: FakeRule, times = 1, document = "<policies><inbound><base /></inbound></policies>") => {
    const world = await policyTest({ policy: document, backend: [rule] });
    const outcomes: Outcome[] = [];
    for (let i = 0; i < times; i++) outcomes.push(await world.send({ url }));
    return outcomes;
  };

  it("answers one after the other, and then as at last", async () => {
    const outcomes = await send({ reply: [{ status: 503 }, { status: 429 }, { status: 200 }] }, 4);
    expect(outcomes.map(({ status }) => status)).toEqual([503, 429, 200, 200]);
  });

  it("sends a body in parts, on the clock", async () => {
    const [outcome] = await send({ reply: { chunks: ["a", { data: "b", after: 500 }, { data: "c", after: 500 }] } });
    expect([outcome!.text, outcome!.elapsed]).toEqual(["abc", 1000]);
  });

  it("sends events", async () => {
    const [outcome] = await send({ reply: { events: ["one", { data: { two: 2 } }] } });
    expect(outcome!.headers.get("Content-Type")).toBe("text/event-stream");
    expect(outcome!.text).toBe('data: one\n\ndata: {"two":2}\n\n');
  });

  it("breaks in the middle of a body: a policy that reads it fails", async () => {
    const reading =
      '<policies><outbound><base /><set-variable name="b" value="@(context.Response.Body.As<string>())" /></outbound></policies>';
    const [outcome] = await send({ reply: { chunks: ["a"], breaks: true } }, 1, reading);
    expect([outcome!.status, outcome!.error?.reason]).toEqual([502, "BackendConnectionFailure"]);
  });
});

it("leaves what tests reach in a folder, for the command to add to its own", async () => {
  const file = join(folder, "kept.xml");
  writeFileSync(file, policy);
  const coverage = join(folder, "coverage");
  const world = await policyTest({ policy: { file }, coverage });
  await world.send(passed);
  await new Promise((resolve) => setImmediate(resolve));
  expect(existsSync(join(coverage, "recorded"))).toBe(true);
  const [found] = coverageByFile(takeKeptCoverage(coverage));
  expect(found!.items.map(({ kind, name, hits }) => `${kind} ${name} ${hits}`)).toEqual([
    "base base 1",
    "policy check-header 1",
    "error check-header 0",
    "policy set-header 1",
  ]);
  expect(existsSync(join(coverage, "recorded"))).toBe(false);
  expect(takeKeptCoverage(coverage)).toEqual([]);
  expect(readFileSync(file, "utf8")).toBe(policy);
});
