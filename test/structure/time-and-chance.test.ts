import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const packages = join(import.meta.dirname, "../../packages");

const TIMERS: ReadonlySet<string> = new Set(["setTimeout", "setInterval"]);
/** What asks the machine for time or chance; all but timers must be imported, or called on what the platform names so. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  "randomUUID",
  "randomBytes",
  "randomInt",
  "randomFill",
  "randomFillSync",
  "getRandomValues",
  "hrtime",
  ...TIMERS,
]);
const MEMBERS: ReadonlySet<string> = new Set(["Date.now", "Math.random", "performance.now"]);

/** The files that may, and why: everything else gets clock and chance through the options of a gateway. */
const ALLOWED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  expressions: { "runtime/run": "the host of expressions that are evaluated without a gateway" },
  core: {
    "time/clock": "the clock of the machine, the default of the option",
    "gateway-services": "the defaults of the option random, and what an evaluation's limit of time is measured by",
    "run/random-pool": "the default of the option random",
    "live/live-gateway": "the default of the option random",
    "live/stamps": "ages of files, by the file system's clock",
    "live/last-good": "ages of files, and keys and nonces that must not be foreseen",
    "backends/connect": "a socket's own time-out is switched off",
    "policies/content-validation/json-schema": "what a pattern's limit of time is measured by",
    "shadow/passing-clock": "real milliseconds since a shadow's clock was set going",
    "testing/test-clock": "real milliseconds until work that waits for nothing is given up",
    "testing/file/run": "real milliseconds that a test took",
    "testing/contract/waiting": "contracts wait for real sockets",
    "testing/contract/upstream": "contracts wait for real sockets",
  },
};

/** What a text asks the machine for, with lines. */
function asked(path: string, text: string): string[] {
  if (!/Date|random|performance|getRandom|setTimeout|setInterval|hrtime/i.test(text)) return [];
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const report = (node: ts.Node, what: string): void =>
    void found.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}: ${what}`);
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      const what = `${node.expression.getText(file)}.${node.name.text}`;
      if (MEMBERS.has(what)) report(node, what);
      else if (FUNCTIONS.has(node.name.text) && /^(?:crypto|process|globalThis|socket)$/.test(node.expression.getText(file)))
        report(node, what);
    }
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && TIMERS.has(node.expression.text))
      report(node, node.expression.text);
    if (ts.isNewExpression(node) && node.expression.getText(file) === "Date" && (node.arguments?.length ?? 0) === 0)
      report(node, "new Date()");
    if (ts.isCallExpression(node) && node.expression.getText(file) === "Date") report(node, "Date()");
    if (ts.isImportSpecifier(node) && FUNCTIONS.has((node.propertyName ?? node.name).text))
      report(node, (node.propertyName ?? node.name).text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const sourcesOf = (name: string): string[] =>
  readdirSync(join(packages, name, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => path.replaceAll("\\", "/").replace(/\.ts$/, ""));

const askedIn = (name: string, file: string): string[] =>
  asked(`${file}.ts`, readFileSync(join(packages, name, "src", `${file}.ts`), "utf8"));

describe.each(Object.entries(ALLOWED))("time and chance of %s", (name, allowed) => {
  it("come from who makes it", () => {
    const files = sourcesOf(name).filter((file) => allowed[file] === undefined);
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap((file) => askedIn(name, file))).toEqual([]);
  });

  it("are asked of the machine where that is allowed, and nowhere else", () => {
    expect(Object.keys(allowed).filter((file) => askedIn(name, file).length === 0)).toEqual([]);
  });
});

it("all ways of asking the machine are found", () => {
  const ways = `
    Date.now(); new Date(); Math.random(); performance.now(); crypto.randomUUID(); import { randomBytes } from "crypto";
    setTimeout(() => {}, 1); const now = Date.now; import { randomUUID as id } from "node:crypto"; process.hrtime(); const t = new Date;`;
  expect(asked("a.ts", ways)).toHaveLength(11);
  expect(
    asked(
      "a.ts",
      'new Date(5); clock.now(); runtime.random.bytes(3); "Date.now()"; host.randomBytes(4); const f = (randomBytes) => randomBytes(2);',
    ),
  ).toEqual([]);
});
