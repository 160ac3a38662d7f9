import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { doorAt } from "./exports.js";

const core = join(import.meta.dirname, "../../packages/core/src");
const doors = {
  "@turnpike/core": doorAt(join(core, "index.ts")),
  "@turnpike/core/adapter": doorAt(join(core, "adapter.ts")),
  "@turnpike/core/tools": doorAt(join(core, "tools.ts")),
  "@turnpike/core/lint": doorAt(join(core, "lint/index.ts")),
  "@turnpike/core/testing": doorAt(join(core, "testing/index.ts")),
};

it("the values of each door are these", () => {
  expect(Object.fromEntries(Object.entries(doors).map(([name, { values }]) => [name, values]))).toMatchInlineSnapshot(`
    {
      "@turnpike/core": [
        "ConfigurationError",
        "HeaderNames",
        "Headers",
        "Jwt",
        "MessageBody",
        "PolicyError",
        "TransportError",
        "createGateway",
        "createLiveGateway",
        "createMemoryStore",
        "defineGateway",
        "definePolicy",
        "fileSource",
        "folderSource",
        "httpSource",
        "loadConfiguration",
        "plainValue",
        "policyError",
        "schema",
        "secretMask",
        "systemClock",
      ],
      "@turnpike/core/adapter": [
        "AccessLogLines",
        "accessLogRecord",
        "accessLogText",
        "allTelemetry",
        "answerFailure",
        "apimTrace",
        "assembleConfiguration",
        "boundedKey",
        "debugToken",
        "droppedEvents",
        "errorProblem",
        "hasFailed",
        "isLogged",
        "isWanted",
        "logEvents",
        "pulled",
        "readYaml",
        "statusPath",
        "wait",
        "warningProblem",
      ],
      "@turnpike/core/lint": [
        "LintCode",
        "LintDocument",
        "LintElement",
        "Pipeline",
        "applyFixes",
        "comparable",
        "constantText",
        "defineRule",
        "isIgnored",
        "keyUses",
        "lintConfiguration",
        "lintDocuments",
        "lintRules",
        "lintTargets",
        "literalOf",
        "pathOf",
        "readLintSettings",
        "resultOf",
        "unjudgedRules",
      ],
      "@turnpike/core/testing": [
        "CoverageRecorder",
        "adapterContract",
        "coverageByFile",
        "evaluateExpression",
        "expectOutcome",
        "fakeBackend",
        "fileSchemas",
        "identityProvider",
        "mutateTestFiles",
        "openProof",
        "outcomeMatchers",
        "policyTest",
        "policyTestFromTrace",
        "readInvariants",
        "readTestFile",
        "replayTrace",
        "runTestFile",
        "storeContract",
        "takeKeptCoverage",
        "testClock",
        "testFromTrace",
      ],
      "@turnpike/core/tools": [
        "FixtureError",
        "bodiesRead",
        "builtInPolicies",
        "checkConfiguration",
        "checkDocument",
        "codeFrame",
        "commonErrors",
        "compareConfigurations",
        "concealSecrets",
        "contextGlobals",
        "contextTypes",
        "createContext",
        "createFixtureContext",
        "escapePolicy",
        "explainConfiguration",
        "explainGateway",
        "loadPolicies",
        "maskSecrets",
        "nearest",
        "parsePolicy",
        "policyIndex",
        "policyJsonSchema",
        "policyPage",
        "policyXsd",
        "standalone",
      ],
    }
  `);
});

describe.each(Object.entries(doors))("%s", (name, door) => {
  it("has no name that another door has", () => {
    const others = Object.entries(doors).flatMap(([other, { names }]) => (other === name ? [] : names));
    expect(door.names.filter((name) => others.includes(name))).toEqual([]);
  });

  it("has every type that its signatures name; of others than the root, another door may", () => {
    const given = name === "@turnpike/core" ? [door] : Object.values(doors);
    const missing = door.named.filter(({ declaration }) => !given.some(({ declarations }) => declarations.has(declaration)));
    expect(missing.map(({ by, type }) => `${type}, named by ${by}`).sort()).toEqual([]);
  });
});
