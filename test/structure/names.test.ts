import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const packages = join(import.meta.dirname, "../../packages");

/** Names that say nothing of what they hold. */
const EMPTY: ReadonlySet<string> = new Set(["one", "it", "that"]);

/** Variables and parameters of a text with an empty name, each with its line. */
function emptyNames(path: string, text: string): string[] {
  const found: string[] = [];
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const visit = (node: ts.Node): void => {
    if (
      (ts.isParameter(node) || ts.isVariableDeclaration(node) || ts.isBindingElement(node)) &&
      ts.isIdentifier(node.name) &&
      EMPTY.has(node.name.text)
    )
      found.push(`${path}:${file.getLineAndCharacterOfPosition(node.name.getStart(file)).line + 1}: ${node.name.text}`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const sourcesOf = (name: string): string[] =>
  readdirSync(join(packages, name, "src"), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));

const emptyNamesIn = (name: string): string[] =>
  sourcesOf(name).flatMap((path) => emptyNames(path, readFileSync(join(packages, name, "src", path), "utf8")));

it("finds empty names of parameters, variables, parts of patterns and loops", () => {
  const text =
    "a.map((one) => one);\nconst { x: it, one } = b;\nfor (const that of c);\nconst one = 1;\nfunction f(it: (one: 1) => 2) {}\nx.one = { one: 1 };";
  expect(emptyNames("a.ts", text)).toEqual(
    ["1: one", "2: it", "2: one", "3: that", "4: one", "5: it", "5: one"].map((found) => `a.ts:${found}`),
  );
});

it.each(["expressions", "core", "adapters"])("%s names variables for what they hold", (name) => {
  expect(sourcesOf(name).length).toBeGreaterThan(50);
  expect(emptyNamesIn(name)).toEqual([]);
});
