// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources of scripts stand in strings
import { describe, expect, it } from "vitest";
import { compileExpression } from "#expressions/compile-expression.js";
import { toText } from "#expressions/dotnet/object.js";
import { NetException } from "#expressions/runtime/exceptions.js";

/** Source → text of the value: strings in quotes, exceptions as ! and their type. */
const EXPRESSIONS: readonly (readonly [source: string, value: string])[] = [
  ["@(1 + 2)", "3"],
  ["@(1.5 + 2)", "3.5"],
  ["@(7 / 2)", "3.5"],
  ["@('a' + 1)", '"a1"'],
  ["@(1 + 'a')", '"1a"'],
  ["@(`x${1 + 1}y${null}z`)", '"x2yz"'],
  ["@(null + 1)", "NaN"],
  ["@(undefined)", "null"],
  ["@('5' * 2)", "10"],
  ["@(5 % 3)", "2"],
  ["@(-5 % 3)", "-2"],
  ["@(2 ** 10)", "1024"],
  ["@(1 << 3)", "8"],
  ["@(-1 >>> 0)", "4294967295"],
  ["@(~5)", "-6"],
  ["@(1 / 0)", "Infinity"],
  ["@(0 / 0)", "NaN"],
  ["@('abc'.length)", "3"],
  ["@('abc'[1])", '"b"'],
  ["@('abc'.toUpperCase())", '"ABC"'],
  ["@('a-b-c'.split('-'))", '[ "a", "b", "c" ]'],
  ["@('a-b-c'.split('-').length)", "3"],
  ["@('a-b-c'.split('-').map(x => x + x).join('+'))", '"aa+bb+cc"'],
  ["@([1, 2, 3].map(x => x * 2))", "[ 2, 4, 6 ]"],
  ["@([1, 2, 3].filter(x => x > 1))", "[ 2, 3 ]"],
  ["@([3, 1, 2].sort((a, b) => a - b))", "[ 1, 2, 3 ]"],
  ["@([1, 2, 3].reduce((a, b) => a + b, 0))", "6"],
  ["@([1, 2, 3].some(x => x === 2))", "True"],
  ["@([1, 2, 3].includes(2))", "True"],
  ["@([1, [2, [3]]].flat(2))", "[ 1, 2, 3 ]"],
  ["@([...[1, 2], 3])", "[ 1, 2, 3 ]"],
  ["@({ a: 1 }.a)", "1"],
  ["@(({ a: 1, b: [1, { c: 2 }], ...{ d: 4 } }))", '{ "a": 1, "b": [ 1, { "c": 2 } ], "d": 4 }'],
  [
    "@(JSON.stringify({ a: 1, b: null, c: 'x', d: 1.5, e: [true] }))",
    '"{\\"a\\":1,\\"b\\":null,\\"c\\":\\"x\\",\\"d\\":1.5,\\"e\\":[true]}"',
  ],
  ['@(JSON.parse(\'{"a":{"b":[1,2]}}\').a.b[1])', "2"],
  ["@(JSON.parse('{\"a\":null}').a === null)", "True"],
  ["@(JSON.parse('{\"a\":null}').a ?? 'd')", '"d"'],
  ["@(JSON.parse('{\"a\":1}').b)", "null"],
  ["@(JSON.parse('{}').a?.b.c)", "null"],
  ["@(JSON.parse('{}').a.b)", "! System.NullReferenceException"],
  ["@(1 === 1)", "True"],
  ["@(1 === '1')", "False"],
  ["@(1 == '1')", "True"],
  ["@(null == undefined)", "True"],
  ["@('a' < 'b')", "True"],
  ["@(2 < '10')", "True"],
  ["@(true && 'x')", '"x"'],
  ["@(0 || 'y')", '"y"'],
  ["@('' ?? 'z')", '""'],
  ["@(!'' )", "True"],
  ["@(typeof 1)", '"number"'],
  ["@(typeof 'a')", '"string"'],
  ["@(typeof nope)", '"undefined"'],
  ["@(typeof {})", '"object"'],
  ["@(typeof (x => x))", '"function"'],
  ["@(1 ? 'a' : 2)", '"a"'],
  ["@(Math.max(1, 2, 3))", "3"],
  ["@(Math.floor(1.7))", "1"],
  ["@(Math.PI)", "3.14159265358979"],
  ["@(Math.min())", "Infinity"],
  ["@(Number('12'))", "12"],
  ["@(String(12))", '"12"'],
  ["@(Boolean(''))", "False"],
  ["@(parseInt('12px'))", "12"],
  ["@(parseFloat('1.5x'))", "1.5"],
  ["@(isNaN('x'))", "True"],
  ["@(encodeURIComponent('a b/ü'))", '"a%20b%2F%C3%BC"'],
  ["@(decodeURIComponent('a%20b'))", '"a b"'],
  ["@(Object.keys({ a: 1, b: 2 }))", '[ "a", "b" ]'],
  ["@(Object.entries({ a: 1, b: 2 }).map(([k, v]) => `${k}=${v}`).join('&'))", '"a=1&b=2"'],
  ["@(Array.isArray([1]))", "True"],
  ["@(/^a+$/.test('aaa'))", "True"],
  ["@(/^a$/.test('a\\n'))", "False"],
  ["@('a1b22'.replace(/\\d+/g, m => `<${m}>`))", '"a<1>b<22>"'],
  ["@('a1b22'.replace(/\\d+/, '#'))", '"a#b22"'],
  ["@('a1b22'.replace(/(?<d>\\d+)/, '<$<d>$1$<e>$2$$>'))", '"a<11$2$>b22"'],
  ["@('a1b22'.replace(/(\\d)/g, '[$1$0$<x>${1}$_$12]'))", '"a[1$0$<x>${1}$_12]b[2$0$<x>${1}$_22][2$0$<x>${1}$_22]"'],
  ["@('2024-01-02'.match(/(\\d+)-(\\d+)/))", '[ "2024-01", "2024", "01" ]'],
  ["@('abc'.replace('b', '$&'))", '"a$&c"'],
  ["@('aaa'.replaceAll('a', 'b'))", '"bbb"'],
  ["@(btoa('hello'))", '"aGVsbG8="'],
  ["@(atob('aGVsbG8='))", '"hello"'],
  ["@((x => x + 1)(2))", "3"],
  ["@(((a, b = 5) => a + b)(1))", "6"],
  ["@('x'.foo())", "! System.InvalidOperationException"],
  ["@(new Error('x').message)", '"x"'],
  ["@([1,2,3].at(-1))", "3"],
  ["@([1,2,3].length)", "3"],
  ["@('abc'.at(-1))", '"c"'],
  ["@((1.005).toFixed(2))", '"1.00"'],
  ["@((255).toString(16))", '"ff"'],
  ["@([1,2,3].toString())", '"[1,2,3]"'],
  ["@('a'.padStart(3, '-'))", '"--a"'],
  ["@('ab'.repeat(3))", '"ababab"'],
  ["@([].reduce((a, b) => a))", "! System.InvalidOperationException"],
  ["@('a' in { a: 1 })", "True"],
  ["@(1, 2)", "2"],
  ["@(void 0)", "null"],
  ["@(Date.now() > 0)", "True"],
  ["@(10 / 4 === 2.5)", "True"],
  ["@(0.1 + 0.2)", "0.3"],
  ["@(100000000000)", "100000000000"],
  ["@([1,2,3].indexOf(4))", "-1"],
  ["@(({}).constructor)", "null"],
  ["@(({}).__proto__)", "null"],
  ["@('x'.constructor)", "null"],
  ["@([].constructor)", "null"],
  ["@(({ __proto__: { a: 1 } }).a)", "null"],
  ["@(({ toString: 1 }).toString())", '"{\\"toString\\":1}"'],
  ["@([1,2,3].map(String))", '[ "1", "2", "3" ]'],
  ["@(`a${1}`.length)", "2"],
  ["@('é'.normalize())", "! System.InvalidOperationException"],
];

const STATEMENTS: readonly (readonly [source: string, value: string])[] = [
  ["@{ return 1; }", "1"],
  ["@{ }", "null"],
  ["@{ let x = 1; x = 'a'; return x; }", '"a"'],
  ["@{ let s = 0; for (let i = 0; i < 10; i++) s += i; return s; }", "45"],
  ["@{ const a = []; for (const x of [1,2,3]) a.push(x * 2); return a; }", "[ 2, 4, 6 ]"],
  ["@{ const o = { a: 1 }; o.b = 2; o['c'] = [1]; o.c.push(2); delete o.a; return o; }", '{ "b": 2, "c": [ 1, 2 ] }'],
  ["@{ const o = {a:1,b:2}; const r = []; for (const k in o) r.push(k + o[k]); return r.join(); }", '"a1,b2"'],
  ["@{ function fact(n) { return n <= 1 ? 1 : n * fact(n - 1); } return fact(5); }", "120"],
  ["@{ const fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2); return fib(15); }", "610"],
  ["@{ try { null.x; } catch (e) { return e.message; } }", '"Object reference not set to an instance of an object."'],
  ["@{ try { throw new Error('boom'); } catch (e) { return e.message + '!'; } finally { } }", '"boom!"'],
  ["@{ try { JSON.parse('{'); } catch { return 'bad'; } }", '"bad"'],
  ["@{ switch (2) { case 1: return 'a'; case 2: case 3: return 'b'; default: return 'c'; } }", '"b"'],
  ["@{ let r = ''; switch (1) { case 1: r += 'a'; case 2: r += 'b'; break; default: r += 'c'; } return r; }", '"ab"'],
  ["@{ const { a, b: [c, d], e = 9 } = { a: 1, b: [2, 3] }; return a + c + d + e; }", "15"],
  ["@{ let i = 0; while (true) { if (++i > 5) break; } return i; }", "6"],
  ["@{ let i = 0; do { i++; } while (i < 3); return i; }", "3"],
  ["@{ let x = null; if (!x) x = { a: 1 }; return x.a; }", "1"],
  ["@{ let x; x ??= 5; x += 1; return x; }", "6"],
  ["@{ let i = 5; return i++ + ++i; }", "12"],
  ["@{ const fs = []; for (const x of [1,2]) fs.push(x); return fs.map(f => f); }", "[ 1, 2 ]"],
  ["@{ function f() { return y; } const y = 3; return f(); }", "3"],
  ["@{ let n = 0; const inc = () => { n++; return n; }; inc(); inc(); return n; }", "2"],
  ["@{ return [1,2,3].map((x, i) => x * i); }", "[ 0, 2, 6 ]"],
  ["@{ const xs = [5,1]; xs.sort(); xs.reverse(); return xs.concat([9], 8).slice(1); }", "[ 1, 9, 8 ]"],
  [
    "@{ const xs = [1,2,3,4]; const r = xs.splice(1, 2, 'a', 'b', 'c'); return [xs, r]; }",
    '[ [ 1, "a", "b", "c", 4 ], [ 2, 3 ] ]',
  ],
  ["@{ return { a: 1 }; }", '{ "a": 1 }'],
];

/** Source → codes and places of errors. */
const ERRORS: readonly (readonly [source: string, errors: string])[] = [
  ["@(foo)", "CS0103 2-5"],
  ["@(this)", "TP1201 2-6"],
  ["@(new Foo())", "TP1201 2-11"],
  ["@((x => x).constructor)", "CS1061 11-22"],
  ["@(Function('return 1')())", "CS0103 2-10"],
  ["@(eval('1'))", "CS0103 2-6"],
  ["@(globalThis)", "CS0103 2-12"],
  ["@(process)", "CS0103 2-9"],
  ["@(require('fs'))", "CS0103 2-9"],
  ["@(Object.prototype)", "CS1061 9-18"],
  ["@(Object.assign({}, { a: 1 }))", "CS1061 2-15"],
  ["@{ let a = 1, b = 2; [a, b] = [b, a]; return a; }", "TP1201 21-27"],
  ["@{ const c = 1; c = 2; return c; }", "CS0131 16-17"],
  ["@{ class A {} return 1; }", "TP1201 3-13"],
  ["@{ async function f() {} }", "TP1201 3-24"],
  ["@{ function* g() {} }", "TP1201 3-19"],
  ["@{ label: for (;;) { break label; } }", "TP1201 3-35"],
  ["@{ return x; const x = 1; }", "CS0103 10-11"],
  ["@{ var x = 1; { var y = 2; } return x + y; }", "CS0103 40-41"],
  ["@{ if (1) return 'x' else return 'y'; }", "TP1200 21-22"],
  ["@(()", "TP1200 3-4"],
  ["@(1 +)", "TP1200 5-6"],
  ["@(a b)", "CS1026 4-5"],
  ["@(1; 2)", "CS1026 3-4"],
];

function textOf(source: string): string {
  const { expression, diagnostics } = compileExpression(source, { language: "javascript" });
  if (expression === null) throw new Error(diagnostics.map(({ message }) => message).join(" "));
  try {
    const value = expression.evaluate([]);
    return value === null ? "null" : typeof value === "string" ? JSON.stringify(value) : toText(value).replace(/\s+/g, " ");
  } catch (error) {
    if (error instanceof NetException) return `! ${error.typeName}`;
    throw error;
  }
}

describe("JavaScript: expressions", () => {
  it.each(EXPRESSIONS)("%s", (source, value) => {
    expect(textOf(source)).toBe(value);
  });
});

describe("JavaScript: statements", () => {
  it.each(STATEMENTS)("%s", (source, value) => {
    expect(textOf(source)).toBe(value);
  });
});

describe("JavaScript: errors", () => {
  it.each(ERRORS)("%s", (source, errors) => {
    const { expression, diagnostics } = compileExpression(source, { language: "javascript" });
    expect(expression).toBeNull();
    expect(diagnostics.map(({ code, start, end }) => `${code} ${start}-${end}`).join(", ")).toBe(errors);
  });
});
