import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lintRules } from "@turnpike/core/lint";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { turnpike } from "./support.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "turnpike-lint-cli-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const document = (inbound: string): string =>
  `<policies>\n  <inbound>\n    <base />\n    ${inbound}\n  </inbound>\n  <backend>\n    <base />\n  </backend>\n  <outbound>\n    <base />\n  </outbound>\n  <on-error>\n    <base />\n  </on-error>\n</policies>\n`;
const open =
  '<validate-jwt header-name="Authorization"><openid-config url="https://login.example/.well-known/openid-configuration" /></validate-jwt>';

const rulesIn = (out: string): string[] => out.split("\n").map((line) => (JSON.parse(line) as { rule: string }).rule);

describe("turnpike lint", () => {
  it("tells findings with their line and what to do, and fails for errors only", async () => {
    const warned = await turnpike("lint", file("warned.xml", document(open)));
    expect(warned.code).toBe(0);
    expect(warned.out).toContain("warned.xml:4:5 warning jwt-no-audience");
    expect(warned.out).toContain("hint: Add <audiences>");
    const failed = await turnpike(
      "lint",
      file("failed.xml", document(open.replace(" header", ' require-signed-tokens="false" header'))),
    );
    expect(failed.code).toBe(1);
  });

  it("--json gives one object a line", async () => {
    const { out } = await turnpike("lint", "--json", file("json.xml", document(open)));
    expect(JSON.parse(out)).toMatchObject({
      line: 4,
      column: 5,
      endLine: 4,
      endColumn: 18,
      rule: "jwt-no-audience",
      severity: "warning",
      hint: "Add <audiences> with the audience of this API.",
      fix: null,
      code: null,
      related: [],
    });
  });

  it("--rule sets a rule, and refuses names and severities that are none", async () => {
    const path = file("rule.xml", document(open));
    expect((await turnpike("lint", "--json", "--rule", "jwt-no-audience=off", path)).out).toBe("");
    expect((await turnpike("lint", "--rule", "jwt-no-audience=error", path)).code).toBe(1);
    expect(await turnpike("lint", "--rule", "jwt-no-audience=loud", path)).toMatchObject({
      code: 2,
      err: expect.stringContaining("Invalid value 'jwt-no-audience=loud' of '--rule': expected ID=off|info|warning|error."),
    });
    expect((await turnpike("lint", "--scope", "planet", path)).err).toContain(
      "Invalid value 'planet' of '--scope': expected global, workspace, product, api, operation.",
    );
    expect((await turnpike("lint", "--rule", "no-such-rule=off", path)).err).toContain("There is no rule 'no-such-rule'");
  });

  it("--fix mends the files until nothing is left to mend", async () => {
    const path = file(
      "fix.xml",
      '<policies>\n  <inbound>\n    <azure-openai-token-limit counter-key="@(context.Request.IpAddress)" tokens-per-minute="5000" estimate-prompt-tokens="true" />\n  </inbound>\n  <backend />\n</policies>\n',
    );
    const { code, out } = await turnpike("lint", "--fix", "--json", path);
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(readFileSync(path, "utf8")).toBe(
      document(
        '<llm-token-limit counter-key="@(context.Request.IpAddress)" tokens-per-minute="5000" estimate-prompt-tokens="true" />',
      ),
    );
  });

  it("settings set rules, ignore files and bring rules of one's own", async () => {
    file("own/legacy/old.xml", document(open));
    file("own/new.xml", document('<trace source="a"><message>b</message></trace>'));
    file(
      "own/no-trace.mjs",
      `export default { id: "no-trace", severity: "warning", summary: "trace", why: "", remedy: "", examples: { bad: "", good: "" },
  element(element, context) { if (element.name === "trace") context.element(element, "No trace."); } };\n`,
    );
    const config = file(
      "own/turnpike.lint.yaml",
      'modules: [./no-trace.mjs]\nignore: ["legacy/**"]\nrules: { no-trace: error }\n',
    );
    const { code, out } = await turnpike("lint", "--json", "--config", config, join(folder, "own"));
    expect(rulesIn(out)).toEqual(["no-trace"]);
    expect(code).toBe(1);
  });

  it.each([
    ["rules: { missing-base: loud }\n", "loud"],
    ["rules: { no-such-rule: off }\n", "no-such-rule"],
    ["modules: [./missing.mjs]\n", "missing.mjs"],
  ])("settings that cannot be used are told: %s", async (text, said) => {
    const { code, err } = await turnpike("lint", "--config", file("bad.yaml", text), file("any.xml", document("")));
    expect(code).toBe(2);
    expect(err).toContain(said);
  });

  it("--format sarif gives a log with rules, places and fixes", async () => {
    const path = file("sarif.xml", document(open).replace("  <on-error>\n    <base />\n  </on-error>\n", ""));
    const { out } = await turnpike("lint", "--format", "sarif", path);
    const log = JSON.parse(out) as {
      version: string;
      runs: { tool: { driver: { rules: { id: string }[] } }; results: object[] }[];
    };
    expect(log.version).toBe("2.1.0");
    const [run] = log.runs;
    expect(run!.tool.driver.rules.map((rule) => rule.id)).toEqual(["jwt-no-audience", "missing-section"]);
    expect(run!.results).toMatchObject([
      {
        ruleId: "missing-section",
        ruleIndex: 1,
        level: "note",
        locations: [{ physicalLocation: { region: { startLine: 1, startColumn: 1 } } }],
        fixes: [{ artifactChanges: [{ replacements: [{ deletedRegion: { charLength: 0 } }] }] }],
      },
      { ruleId: "jwt-no-audience", ruleIndex: 0, level: "warning" },
    ]);
  });

  describe("--format sarif, held against the schema of SARIF 2.1.0", () => {
    // Its words are those of draft 7 as well.
    const {
      $schema: _draft,
      id: _id,
      ...schema
    } = createRequire(import.meta.url)("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json") as Record<string, unknown>;
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    const errorsOf = (log: unknown): string[] =>
      validate(log) ? [] : validate.errors!.map(({ instancePath, message }) => `${instancePath}: ${message}`);

    it.each(lintRules.map((rule) => [rule.id, rule] as const))(
      "is valid with findings of %s",
      async (id, { examples, target }) => {
        const name = `sarif/${id}`;
        const isOne = typeof examples.bad === "string";
        for (const [path, text] of Object.entries(isOne ? { "policy.xml": examples.bad } : examples.bad))
          file(`${name}/${path}`, text);
        const { out } = await turnpike(
          "lint",
          "--format",
          "sarif",
          ...(target == null ? [] : ["--target", target]),
          join(folder, name),
        );
        const log = JSON.parse(out) as { runs: [{ results: { ruleId: string }[] }] };
        expect(log.runs[0].results.map(({ ruleId }) => ruleId)).toContain(id);
        expect(errorsOf(log)).toEqual([]);
      },
    );

    it("is valid without a finding", async () => {
      const { out } = await turnpike("lint", "--format", "sarif", file("sarif-clean.xml", document("")));
      expect(errorsOf(JSON.parse(out))).toEqual([]);
    });

    it("would tell what is none", () => {
      expect(errorsOf({ version: "2.1.0", runs: [{ tool: { driver: {} }, results: [{ level: "bad" }] }] })).toEqual(
        expect.arrayContaining([
          expect.stringContaining("must have required property 'name'"),
          expect.stringContaining("/level"),
        ]),
      );
    });
  });

  it("--format junit gives a failed case a finding, and a passed one a clean file", async () => {
    const { out } = await turnpike(
      "lint",
      "--format",
      "junit",
      file("junit.xml", document(open)),
      file("clean.xml", document("")),
    );
    expect(out).toMatch(/<testsuite name="[^"]*junit\.xml" tests="1" failures="1">/);
    expect(out).toMatch(/<testsuite name="[^"]*clean\.xml" tests="1" failures="0">/);
  });
});
