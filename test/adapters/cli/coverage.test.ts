import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-coverage-"));
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  writeFileSync(
    at("edge.xml"),
    '<fragment>\n  <set-header name="X-Edge"><value>@(context.Product?.Id ?? "none")</value></set-header>\n</fragment>\n',
  );
  writeFileSync(
    at("api.xml"),
    `<policies>
  <inbound>
    <base />
    <include-fragment fragment-id="edge" />
    <ip-filter action="forbid"><address>10.9.9.9</address></ip-filter>
    <choose>
      <when condition="@({{condition}})">
        <return-response><set-status code="204" /></return-response>
      </when>
    </choose>
    <include-fragment fragment-id="edge" />
  </inbound>
  <backend><base /></backend>
  <outbound />
  <on-error><base /></on-error>
</policies>
`,
  );
  writeFileSync(
    at("api.policy-test.yaml"),
    `policy: ./api.xml
fragments: { edge: ./edge.xml }
namedValues: { condition: 'context.Request.Method == "DELETE" || context.Request.Method == "PURGE"' }
tests:
  - { name: passes, request: { url: "https://a.example/" }, expect: { status: 200 } }
  - { name: answers itself, request: { method: DELETE, url: "https://a.example/" }, expect: { status: 204 } }
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Reported {
  readonly file: string;
  readonly items: {
    readonly kind: string;
    readonly name: string;
    readonly line: number;
    readonly column: number;
    readonly hits: number;
  }[];
  readonly covered: number;
  readonly total: number;
  readonly included?: { readonly at: string; readonly covered: number; readonly total: number }[];
}

async function report(...more: string[]): Promise<Reported[]> {
  const { out } = await turnpike("test", "--json", "--coverage", ...more, at("api.policy-test.yaml"));
  return out
    .split("\n")
    .map((line) => JSON.parse(line) as Reported)
    .filter((one) => "items" in one);
}

describe("turnpike test --coverage", () => {
  it("tells of every item how often it was reached", async () => {
    const api = (await report()).find(({ file }) => file.endsWith("api.xml"))!;
    expect(api.items.map(({ kind, name, line, hits }) => `${line} ${kind} ${name} ${hits}`)).toEqual([
      "3 base base 2",
      "5 policy ip-filter 2",
      "5 error ip-filter 0",
      "6 policy choose 2",
      "6 not-taken choose 1",
      "7 when when 1",
      "7 branch || false 1",
      "7 branch || true 1",
      "8 policy return-response 1",
      "8 error return-response 0",
      "13 base base 1",
      "15 base base 0",
    ]);
    expect([api.covered, api.total]).toEqual([9, 12]);
  });

  it("sums fragments, and tells of each place that includes them", async () => {
    const edge = (await report()).find(({ file }) => file.endsWith("edge.xml"))!;
    expect(edge.items.map(({ kind, name, hits }) => `${kind} ${name} ${hits}`)).toEqual([
      "policy set-header 3",
      "branch ?. false 3",
      "branch ?. true 0",
      "branch ?? false 0",
      "branch ?? true 3",
    ]);
    expect(edge.included!.map(({ at: place, covered, total }) => [place.replace(folder, ""), covered, total])).toEqual([
      ["/api.xml:11:5", 3, 5],
      ["/api.xml:4:5", 3, 5],
    ]);
  });

  it("gives items of inline documents their place in the test file", async () => {
    const file = at("inline.policy-test.yaml");
    writeFileSync(
      file,
      `tests: [ { name: a, request: { url: "https://a.example/" }, expect: { status: 200 } } ]
policy: |
  <policies>
    <inbound><set-variable name="a" value="@(1 > 2 ? 1 : 2)" /><set-variable name="b" value="@(context.Api == null ? 1 : 2)" /></inbound>
  </policies>
`,
    );
    const { out } = await turnpike("test", "--coverage", "--coverage-format", "json", "--json", file);
    const found = out
      .split("\n")
      .map((line) => JSON.parse(line) as Reported)
      .find((one) => "items" in one)!;
    expect(found.file).toBe(file);
    expect(found.items.map(({ kind, line, column }) => `${kind} ${line}:${column}`)).toEqual([
      "policy 4:14",
      "policy 4:64",
      "branch 4:116",
      "branch 4:116",
    ]);
  });

  it.each([
    [["--coverage-min", "100"], 1, "Coverage of all documents is 70.5 %, expected at least 100 %."],
    [["--coverage-min", "70"], 0, ""],
    [["--coverage-min-file", "70"], 1, /Coverage of .*edge\.xml is 60 %, expected at least 70 %\./],
    [["--coverage-min", "much"], 2, "Invalid value 'much' of '--coverage-min': expected a number from 0 to 100."],
    [["--coverage-format", "pdf"], 2, "Invalid coverage format 'pdf': expected "],
    [["--coverage-format", "html"], 2, "'--coverage-format html' needs a folder."],
  ])("%j gives %i", async (options, code, message) => {
    const result = await turnpike("test", ...options, at("api.policy-test.yaml"));
    expect(result.code).toBe(code);
    expect(result.err).toMatch(message);
  });

  it("prints a table by default: each document with what is missing", async () => {
    const { out } = await turnpike("test", "--coverage", at("api.policy-test.yaml"));
    expect(out).toContain("9 of 12");
    expect(out).toContain("    5:5  <ip-filter> never refuses or fails\n");
    expect(out).toContain("?. true is never taken");
  });

  it("writes all formats as files", async () => {
    const out = at("out");
    const formats = ["text", "json", "lcov", "cobertura", "html"].flatMap((one) => ["--coverage-format", one]);
    await turnpike("test", "--coverage-out", out, ...formats, at("api.policy-test.yaml"));
    const read = (name: string): string => readFileSync(join(out, name), "utf8");
    expect(read("coverage.txt")).toContain("9 of 12");
    expect(read("coverage.json").trim().split("\n")).toHaveLength(2);

    const lcov = read("lcov.info");
    expect(lcov).toContain(`SF:${at("api.xml")}\nDA:3,2\nDA:5,2\nDA:6,2\nDA:8,1\nDA:13,1\nDA:15,0\nLF:6\nLH:5\n`);
    expect(lcov).toContain("BRDA:7,3,|| true,1\n");
    expect(lcov).toContain("BRF:6\nBRH:4\nend_of_record");

    const xml = read("cobertura.xml");
    expect(xml).toContain('lines-covered="6" lines-valid="7" branches-covered="6"');
    expect(xml).toContain('<line number="7" hits="1" branch="true" condition-coverage="100% (3/3)" />');

    const index = read("index.html");
    const [, page] = /href="([^"]*api\.xml\.html)"/.exec(index)!;
    const html = read(page!);
    expect(html).toMatch(/<tr id="L3" class="hit">/);
    expect(html).toMatch(/<tr id="L5" class="part">/);
    expect(html).toMatch(/<tr id="L15" class="miss">/);
    expect(html).toMatch(/<tr id="L8".*answers itself/);
    expect(html).not.toMatch(/<tr id="L8".*passes/);
  });

  it("does not print secrets of documents", async () => {
    mkdirSync(at("secret"), { recursive: true });
    writeFileSync(
      at("secret/a.xml"),
      '<policies><inbound><authentication-basic username="u" password="hunter2-hunter2-X" /></inbound></policies>',
    );
    writeFileSync(
      at("secret/a.policy-test.yaml"),
      'policy: ./a.xml\ntests: [ { name: a, request: { url: "https://a.example/" }, expect: { status: 200 } } ]\n',
    );
    await turnpike("test", "--coverage-format", "html", "--coverage-out", at("secret/out"), at("secret/a.policy-test.yaml"));
    const index = readFileSync(at("secret/out/index.html"), "utf8");
    const [, page] = /href="([^"]*a\.xml\.html)"/.exec(index)!;
    const html = readFileSync(join(at("secret/out"), page!), "utf8");
    expect(html).toContain("authentication-basic");
    expect(html).not.toContain("hunter2");
  });
});
