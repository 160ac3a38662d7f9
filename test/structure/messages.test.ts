import { readFileSync } from "node:fs";
import { join } from "node:path";
import { logEvents } from "@turnpike/core/adapter";
import ts from "typescript";
import { expect, it } from "vitest";
import { type ParsedFile, parsedFiles } from "./comments.js";

/** Files that hold tables of messages: a finding's code and text are written in them, and nowhere else. */
const TABLE = /(?:^|\/|-)(?:errors|problems|hints|references)\.ts$/;

/** A lint rule is the table of its own messages. */
const RULE = /^lint\/rules\//;

/** Calls that report findings. */
const REPORTS: ReadonlySet<string> = new Set(["report", "warn"]);

const isCode = (node: ts.Node | undefined): boolean =>
  node !== undefined &&
  ((ts.isStringLiteralLike(node) && /^(?:TP|CS)\d{4}$/.test(node.text)) ||
    (ts.isConditionalExpression(node) && (isCode(node.whenTrue) || isCode(node.whenFalse))));

const isText = (node: ts.Node): boolean => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);

const memberOf = (object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined =>
  object.properties.filter(ts.isPropertyAssignment).find((property) => property.name.getText() === name)?.initializer;

/** Findings made outside of tables, each with its line. */
function literalFindings({ path, tree }: ParsedFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isLiteral =
      // { code: "TP2008", … }
      (ts.isObjectLiteralExpression(node) && isCode(memberOf(node, "code"))) ||
      (ts.isCallExpression(node) &&
        // error("TP2008", …)
        ((node.arguments.length > 1 && isCode(node.arguments[0])) ||
          // report(place, "…")
          (ts.isPropertyAccessExpression(node.expression) || ts.isIdentifier(node.expression)
            ? REPORTS.has(ts.isIdentifier(node.expression) ? node.expression.text : node.expression.name.text) &&
              !/logger$/i.test(ts.isIdentifier(node.expression) ? "" : node.expression.expression.getText()) &&
              node.arguments.some((argument) => isText(argument) && /\s/.test(argument.getText()))
            : false)));
    if (isLiteral) found.push(`${path}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

it("finds findings that are made in place", () => {
  const text = [
    'compiler.report({ code: "TP2008", message: text });',
    'diagnostics.push({ severity, code: isNew ? "TP2101" : "TP2102", message });',
    'found.push(error("TP2008", "It is wrong."));',
    "report([...path], `The value ${value} is wrong.`);",
    'findings.warn(file, "It is wrong.");',
    'report(["apis", id], apiProblems.wrong("of the API"));',
    'if (code === "TP2008") logger.warn(fields, "store unavailable");',
    'const rule = { codes: ["TP2008"] };',
  ].join("\n");
  const tree = ts.createSourceFile("a.ts", text, ts.ScriptTarget.Latest, true);
  expect(literalFindings({ path: "a.ts", tree })).toEqual(["a.ts:1", "a.ts:2", "a.ts:3", "a.ts:4", "a.ts:5"]);
});

it.each(["expressions", "core", "adapters"])("%s writes what a finding says in a table", (name) => {
  const files = parsedFiles(name).filter(({ path }) => !TABLE.test(path) && !RULE.test(path));
  expect(files.flatMap(literalFindings)).toEqual([]);
});

/** Lines of a log whose message is written in place, each with its line. */
function literalEvents({ path, tree }: ParsedFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      /^(?:debug|info|warn|error)$/.test(node.expression.name.text) &&
      /log(?:ger)?!?$/i.test(node.expression.expression.getText()) &&
      node.arguments.length === 2 &&
      isText(node.arguments[1]!)
    )
      found.push(`${path}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

it("finds log messages that are made in place", () => {
  const text = [
    'this.options.logger?.warn({ err }, "It failed.");',
    "log.error(fields, `${source} failed.`);",
    "exchange.runtime.logger!.info({}, 'done');",
    "logger.warn({ err }, logEvents.cacheFailed);",
    'findings.warn(file, "…");',
  ].join("\n");
  const tree = ts.createSourceFile("a.ts", text, ts.ScriptTarget.Latest, true);
  expect(literalEvents({ path: "a.ts", tree })).toEqual(["a.ts:1", "a.ts:2", "a.ts:3"]);
});

it.each(["core", "adapters"])("%s logs events of the table", (name) => {
  expect(parsedFiles(name).flatMap(literalEvents)).toEqual([]);
});

it("events of the log are a few words in lower case, each told of in the guide", () => {
  const guide = readFileSync(join(import.meta.dirname, "../../docs/guides/observability.md"), "utf8");
  const events = Object.values(logEvents);
  expect(events.filter((event) => !/^[a-z]+(?:[ -][a-z]+){1,4}$/.test(event))).toEqual([]);
  expect(events.filter((event, index) => events.indexOf(event) !== index)).toEqual([]);
  expect(events.filter((event) => !guide.includes(`\`${event}\``))).toEqual([]);
});

it("each code of documents and configurations is one that a table gives", () => {
  const texts = ["core", "adapters"].flatMap((name) => parsedFiles(name).filter(({ path }) => TABLE.test(path)));
  const [codes] = parsedFiles("core").filter(({ path }) => path === "diagnostics/codes.ts");
  const listed = codes!.tree.text.match(/TP\d{4}(?=:)/g)!;
  const given = new Set(texts.flatMap(({ tree }) => tree.text.match(/TP\d{4}/g) ?? []));
  expect(listed.length).toBeGreaterThan(60);
  expect(listed.filter((code) => !given.has(code))).toEqual([]);
});
