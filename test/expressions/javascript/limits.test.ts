// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources of scripts stand in strings
import { describe, expect, it } from "vitest";
import { compileExpression } from "#expressions/compile-expression.js";
import { findExpressionEnd } from "#expressions/expression-end.js";
import { LimitError } from "#expressions/runtime/exceptions.js";
import { processorHost } from "../processor-host.js";

const limits = { steps: 50_000, memory: 500_000, depth: 100 };

const compile = (source: string) => compileExpression(source, { language: "javascript", limits });
const codes = (source: string) => compile(source).diagnostics.map(({ code }) => code);

describe("JavaScript: limits of an evaluation", () => {
  it.each([
    ["endless loops", "@{ while (true) {} }"],
    ["endless arrays", "@{ const a = [1]; while (true) a.push('x'); }"],
    ["doubled texts", "@{ let s = 'xxxxxxxx'; while (true) s += s; }"],
    ["doubled arrays", "@{ let a = [1, 2, 3]; while (true) a = a.concat(a); }"],
    ["spread arrays", "@{ let a = [1, 2, 3]; while (true) a = [...a, ...a]; }"],
    ["endless recursion", "@{ const f = () => f(); return f(); }"],
    ["mutual recursion", "@{ function a() { return b(); } function b() { return a(); } return a(); }"],
    ["long repetitions", "@('x'.repeat(1e9))"],
    ["wide paddings", "@('x'.padStart(1e9))"],
    ["replacements", "@('x'.repeat(1000).replaceAll('', 'y'.repeat(1000)))"],
    ["joined repetitions", "@('a'.repeat(2000).split('').join('b'.repeat(2000)))"],
    ["loops that catch", "@{ while (true) { try { throw new Error('x'); } catch { } } }"],
    ["callbacks", "@{ const a = []; for (let i = 0; i < 300; i++) a.push(i); return a.map(x => a.map(y => a.map(z => z))); }"],
  ])("%s", (_, source) => {
    const { expression } = compile(source);
    expect(() => expression!.evaluate([], processorHost)).toThrow(LimitError);
  });
});

describe("JavaScript: nesting", () => {
  it.each([
    ["brackets", `@(${"(".repeat(20_000)}1${")".repeat(20_000)})`],
    ["arrays", `@(${"[".repeat(20_000)}${"]".repeat(20_000)})`],
    ["open calls", `@(${"f(".repeat(20_000)}`],
    ["negations", `@(${"!".repeat(20_000)}1)`],
    ["minuses", `@(${"- ".repeat(20_000)}1)`],
    ["functions", `@(${"x => ".repeat(20_000)}1)`],
    ["conditions", `@(${"0 ? 1 : ".repeat(20_000)}1)`],
    ["sums", `@(${"1 + ".repeat(20_000)}1)`],
    ["members", `@({}${".a".repeat(20_000)})`],
    ["optional members", `@({}${"?.a".repeat(20_000)})`],
    ["templates", `@(${"`${".repeat(20_000)}1${"}`".repeat(20_000)})`],
    ["blocks", `@{${"{".repeat(20_000)}${"}".repeat(20_000)}}`],
    ["ifs", `@{${"if (1) ".repeat(20_000)};}`],
    ["elses", `@{${"if (0) {} else ".repeat(20_000)};}`],
    ["loops", `@{${"for (;;) ".repeat(20_000)};}`],
  ])("too many %s are refused", (_, source) => {
    expect(codes(source)).toEqual(["TP1001"]);
  });

  it.each([
    ["brackets", `@(${"(".repeat(100)}1${")".repeat(100)})`],
    ["sums", `@(${"1 + ".repeat(1000)}1)`],
    ["conditions", `@(${"true && ".repeat(400)}1)`],
    ["elses", `@{${"if (0) {} else ".repeat(300)};}`],
    ["statements without semicolons", `@{ let x = 1\n${"x = 2\n".repeat(3000)} return x }`],
    ["elements", `@([${"1, ".repeat(5000)}])`],
  ])("%s are fine", (_, source) => {
    expect(codes(source)).toEqual([]);
  });
});

/** Ways to what is not a script's: each gives nothing, or is refused. */
const ATTEMPTS: readonly string[] = [
  "({}).constructor",
  "({}).__proto__",
  "({})['__proto__']",
  "({})['constr' + 'uctor']",
  "[].constructor",
  "''.constructor",
  "(1).constructor",
  "true['constructor']",
  "[]['__proto__']",
  "[].map.constructor",
  "''['sub' + 'string']",
  'JSON.parse(\'{"__proto__":{"polluted":1}}\').polluted',
  "({ __proto__: { polluted: 1 } }).polluted",
  '({ ...JSON.parse(\'{"__proto__":{"polluted":1}}\') }).polluted',
  "Object.keys({}).constructor",
  "Object.entries({ constructor: 1 })[0].constructor",
  "new Error('x').constructor",
  "new Error('x').stack",
  "/a/.constructor",
  "/a/.source",
  "Math.constructor",
  "Math['floor']",
  "JSON.constructor",
  "Object.prototype",
  "Object.getPrototypeOf({})",
  "Function('return 1')()",
  "eval('1')",
  "globalThis",
  "window",
  "global",
  "process",
  "require('fs')",
  "import('fs')",
  "this",
  "arguments",
  "(function () { return this })()",
  "(() => {}).constructor",
  "(() => {}).caller",
  "(x => x).bind",
  "''.replace.call",
  "[1].map.apply([])",
  "Symbol.iterator",
  "Reflect",
  "Proxy",
  "setTimeout(1)",
  "new Function('return 1')",
  "new Array(1e9)",
  "Array(1e9)",
  "String.fromCharCode(65)",
  "`${{}}`.constructor",
  "'abc'.match(/b/).constructor",
  "Turnpike",
  "System",
];

describe("JavaScript: what a script cannot reach", () => {
  it.each(ATTEMPTS)("%s", (source) => {
    const { expression } = compile(`@(${source})`);
    if (expression === null) return;
    let value: unknown = null;
    try {
      value = expression.evaluate([], processorHost);
    } catch (error) {
      expect((error as Error).name).toMatch(/^System\./);
    }
    expect(value).toBeNull();
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("findExpressionEnd in JavaScript", () => {
  it.each([
    "@(a)| b)",
    "@('a)')|)",
    '@("a)")|)',
    "@('it\\'s)')|)",
    "@(`a)${b(`)`)}`)|)",
    "@(/[)/]\\)/.test(a))|)",
    "@(a / b) / c|".replace(" / c|", "| / c"),
    "@(a // )\n)|",
    "@(a /* ) */)|",
    "@{ return { a: 1 }; }|}",
    "@{ return /}/.test(x) }|",
    "@{ const f = (x) => { return `}${x}` } }|",
    "@([1, 2].map(x => x / 2))|",
    "@(x++ / 2 / 3)|",
    "@('open\n)|",
  ])("%s", (marked) => {
    const end = marked.lastIndexOf("|");
    const text = marked.slice(0, end) + marked.slice(end + 1);
    expect(findExpressionEnd(text, 0, { language: "javascript" })).toBe(end);
  });

  it("knows entities", () => {
    expect(findExpressionEnd("@(&apos;)&apos;)", 0, { language: "javascript", entities: true })).toBe(16);
    expect(findExpressionEnd("@(&quot;)", 0, { language: "javascript", entities: true })).toBeNull();
  });
});
