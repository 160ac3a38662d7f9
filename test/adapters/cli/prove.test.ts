import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-prove-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sample = join(import.meta.dirname, "../../../docs/examples/invariants");
let count = 0;

/** A copy of the example estate, with a text of one of its files in place of another. */
function estate(file = "gateway.yaml", before = "", after = ""): string {
  const copy = join(folder, `estate-${++count}`);
  cpSync(sample, copy, { recursive: true });
  const text = readFileSync(join(copy, file), "utf8");
  expect(text).toContain(before);
  writeFileSync(join(copy, file), text.replace(before, after));
  return copy;
}

interface Result {
  readonly invariant: string;
  readonly ok: boolean;
  readonly runs: number;
  readonly why: string | null;
  readonly test: string | null;
}

/** What is found in an estate: bounded by trials, not by time. */
async function prove(
  copy: string,
  ...more: string[]
): Promise<{ code: number; results: Result[]; summary: object; err: string }> {
  const invariants = join(copy, "gateway.invariants.yaml");
  const { code, out, err } = await turnpike("prove", copy, "--invariants", invariants, "--json", "--seconds", "600", ...more);
  const lines = out.split("\n").map((line) => JSON.parse(line) as Result);
  const summary = lines.pop()!;
  return { code, results: lines, summary, err };
}

/** Holes of the kinds that estates have, each with the invariant that it breaks. */
const holes: readonly [string, { file: string; before: string; after: string; invariant: string; test: RegExp }][] = [
  [
    "a base that was dropped",
    {
      file: "policies/list-prices.xml",
      before: "<inbound>\n        <base />",
      after: "<inbound>",
      invariant: "without a token of theirs",
      test: /calls: 0/,
    },
  ],
  [
    "another role",
    {
      file: "policies/create-order.xml",
      before: 'Contains("Orders.Write")',
      after: 'Contains("Orders.Read")',
      invariant: "without the role to write",
      test: /calls: 0/,
    },
  ],
  [
    "a limit that one operation does not have",
    {
      file: "policies/free.xml",
      before: '<rate-limit-by-key calls="10" renewal-period="10" counter-key="@(context.Subscription.Id)" />',
      after: `<choose>
            <when condition="@(context.Operation.Id != "get-order")">
                <rate-limit-by-key calls="10" renewal-period="10" counter-key="@(context.Subscription.Id)" />
            </when>
        </choose>`,
      invariant: "at most ten calls",
      test: /repeat: 10/,
    },
  ],
  [
    "a cache that does not vary",
    {
      file: "policies/list-prices.xml",
      before: "<vary-by-header>Accept-Language</vary-by-header>",
      after: "",
      invariant: "in the language",
      test: /Accept-Language/,
    },
  ],
  [
    "the detail of an error that leaks",
    {
      file: "policies/global.xml",
      before: "context.LastError.Reason",
      after: "context.LastError.Message",
      invariant: "keeps its reasons",
      test: /fail: (?:timeout|refused)/,
    },
  ],
  [
    "a key in the query that is forwarded",
    {
      file: "policies/global.xml",
      before: '<set-query-parameter name="subscription-key" exists-action="delete" />',
      after: "",
      invariant: "subscription's key",
      test: /subscription-key=/,
    },
  ],
];

describe("turnpike prove", () => {
  it("finds nothing in an estate that holds", async () => {
    const { code, results, summary } = await prove(estate(), "--runs", "100");
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(results.every(({ runs }) => runs === 100)).toBe(true);
    expect(summary).toMatchObject({ summary: true, broken: 0, held: 7, runs: 700 });
    expect(code).toBe(0);
  });

  it.each(holes)(
    "finds %s, and a test that fails as long as it is there",
    async (_, { file, before, after, invariant, test }) => {
      const copy = estate(file, before, after);
      const { code, results, err } = await prove(copy, "--runs", "1000", "-t", invariant);
      expect(err).toBe("");
      expect(code).toBe(1);
      expect(results).toHaveLength(1);
      const written = results[0]!.test!;
      expect(readFileSync(written, "utf8")).toMatch(test);
      expect((await turnpike("test", written)).code).toBe(1);
      cpSync(join(sample, file), join(copy, file));
      expect(await turnpike("test", written)).toMatchObject({ code: 0 });
    },
  );
});

/** What a file of invariants, written for the example estate, is refused with. */
async function refusal(text: string): Promise<string> {
  const copy = estate();
  writeFileSync(join(copy, "gateway.invariants.yaml"), text);
  const { code, err } = await turnpike("prove", copy, "--invariants", join(copy, "gateway.invariants.yaml"));
  expect(code).toBe(1);
  return err;
}

const statement = (text: string): string => `version: 1\ninvariants:\n  - name: a\n    ${text}\n`;

describe("an invariants file", () => {
  it.each<[string, RegExp]>([
    [
      "version: 2\ninvariants: []\n",
      /:1:1 error TP4002 Invalid version '2': expected 1\.[\s\S]*:2:13 error TP4002 The file has no invariants/,
    ],
    ["version: 1\n", /:1:1 error TP4002 The file needs the key "invariants"/],
    [statement("nope: 1"), /:4:5 error TP4002 .*nope/],
    [statement("when: { forwarded: true }"), /:3:5 error TP4002 An invariant says one of `always`, `never`, `limit`, `apart`/],
    [statement("never: { forwarded: true }\n    limit: { calls: 1, per: 1s }"), /says one of/],
    [statement("always: { token: {} }"), /Nothing is said of what comes out/],
    [statement("always: {}"), /`always` says nothing/],
    [statement("never: { method: GET }"), /Nothing is said of what comes out/],
    [statement("never: { status: 5xx }"), /:4:14 error TP4002 Invalid status '5xx': expected a status such as 404/],
    [statement("never: { body: '/(/' }"), /Invalid pattern '\/\(\/': expected a JavaScript regular expression/],
    [statement("limit: { calls: 1.5, per: 1s }"), /Invalid calls '1.5': expected a whole number from 0 to 2000/],
    [statement("limit: { calls: 1, per: soon }"), /Invalid per 'soon': expected a duration such as 10s/],
    [statement("apart: {}"), /names nothing that keeps requests apart/],
    [statement("apart: { query: [a] }\n    when: { status: 200 }"), /speaks of requests, not of what comes out/],
    [
      statement("never: { api: order, forwarded: true }"),
      /:4:14 error TP4002 The configuration has no api 'order'\.[\s\S]*Did you mean 'orders'/,
    ],
    [
      statement("never: { forwarded: true }\n  - { name: a, never: { status: 500 } }"),
      /Invalid name 'a': expected one that no other invariant has/,
    ],
  ])("is refused with its place: %j", async (text, message) => {
    expect(await refusal(text)).toMatch(message);
  });

  it("is looked for in a configuration that compiles", async () => {
    const copy = estate("policies/free.xml", "<rate-limit-by-key", "<rate-limit-by-kez");
    const { code, err } = await turnpike("prove", copy, "--invariants", join(copy, "gateway.invariants.yaml"));
    expect([code, err]).toEqual([1, expect.stringMatching(/free\.xml:4:\d+ error .*rate-limit-by-kez/)]);
  });
});

describe("a call of turnpike prove", () => {
  it.each<[string[], RegExp]>([
    [[], /needs a configuration and its invariants/],
    [["--seed", "x"], /Invalid value 'x' of '--seed': expected a whole number from 0/],
    [["--runs", "0"], /Invalid value '0' of '--runs': expected a whole number from 1/],
    [["-t", "nothing of this"], /No invariant's name holds 'nothing of this'/],
  ])("with %j is wrong", async (args, message) => {
    const file = join(sample, "gateway.invariants.yaml");
    const { code, err } = await turnpike("prove", ...(args.length === 0 ? [sample] : [sample, "--invariants", file, ...args]));
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  it("finds the same from the same seed", async () => {
    const find = async (): Promise<unknown> => {
      const copy = estate("policies/create-order.xml", 'Contains("Orders.Write")', 'Contains("Orders.Read")');
      const { results } = await prove(copy, "-t", "without the role", "--seed", "7", "--runs", "500");
      return [results[0]!.runs, readFileSync(results[0]!.test!, "utf8")];
    };
    expect(await find()).toEqual(await find());
  });
});
