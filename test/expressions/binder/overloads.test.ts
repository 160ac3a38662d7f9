import { describe, expect, it } from "vitest";
import { compileExpression } from "#expressions/compile-expression.js";
import { defineType } from "#expressions/types/declare.js";

/** Every method tells which one it is. */
const says = (what: string) => () => what;
const probe = defineType("static class Probe", {
  "static string Number(int a)": says("int"),
  "static string Number(long a)": says("long"),
  "static string Number(double a)": says("double"),
  "static string Number(decimal a)": says("decimal"),
  "static string Sign(int a)": says("int"),
  "static string Sign(uint a)": says("uint"),
  "static string Text(object a)": says("object"),
  "static string Text(string a)": says("string"),
  "static string Rest(params int[] a)": says("rest"),
  "static string Rest(int a)": says("one"),
  "static string Rest(int a, params int[] b)": says("one and rest"),
  "static string Default(int a)": says("plain"),
  "static string Default(int a, int b = 2)": says("default"),
  "static string Generic<T>(T a)": says("T"),
  "static string Generic(int a)": says("int"),
  "static string Deep<T>(T a)": says("T"),
  "static string Deep<T>(List<T> a)": says("List<T>"),
  "static string Deep<T>(IEnumerable<T> a)": says("IEnumerable<T>"),
  "static string Lambda(Func<int, int> f)": says("int"),
  "static string Lambda(Func<int, string> f)": says("string"),
  "static string Maker(Func<int> f)": says("int"),
  "static string Maker(Func<object> f)": says("object"),
  "static string Act(Action f)": says("action"),
  "static string Act(Func<int> f)": says("func"),
  "static string Pair(int a, object b)": says("int, object"),
  "static string Pair(object a, int b)": says("object, int"),
  "static string Show<A, B>(A a, Func<A, B> f, Func<B, string> g)": says("inferred"),
  "static string Null(int? a)": says("int?"),
  "static string Null(object a)": says("object"),
});
const types = [probe];

const resultOf = (source: string) => {
  const { expression, diagnostics } = compileExpression(source, { types, allowBeyond: true });
  return expression === null ? diagnostics.map((diagnostic) => diagnostic.code).join() : expression.evaluate([]);
};

describe("the overload that a call means", () => {
  it.each([
    ["Probe.Number(1)", "int"],
    ["Probe.Number('a')", "int"],
    ["Probe.Number(1u)", "long"],
    ["Probe.Number(1L)", "long"],
    ["Probe.Number(1UL)", "CS0121"],
    ["Probe.Number(1f)", "double"],
    ["Probe.Number(1m)", "decimal"],
    ["Probe.Sign((byte)1)", "int"],
    ["Probe.Sign(3000000000)", "uint"],
    ['Probe.Text("a")', "string"],
    ["Probe.Text(null)", "string"],
    ["Probe.Text(1)", "object"],
    ["Probe.Text((object)null)", "object"],
    ["Probe.Rest(1)", "one"],
    ["Probe.Rest(1, 2)", "one and rest"],
    ["Probe.Rest()", "rest"],
    ["Probe.Rest(new[] { 1 })", "rest"],
    ["Probe.Default(1)", "plain"],
    ["Probe.Default(1, 3)", "default"],
    ["Probe.Default(b: 3, a: 1)", "default"],
    ["Probe.Generic(1)", "int"],
    ["Probe.Generic(1L)", "T"],
    ["Probe.Generic<int>(1)", "T"],
    ["Probe.Deep(1)", "T"],
    ["Probe.Deep(new List<int>())", "List<T>"],
    ["Probe.Deep(new int[0])", "T"],
    ["Probe.Lambda(x => x)", "int"],
    ['Probe.Lambda(x => "a" + x)', "string"],
    ["Probe.Lambda(x => { return x.ToString(); })", "string"],
    ["Probe.Maker(() => 1)", "int"],
    ['Probe.Maker(() => "a")', "object"],
    ["Probe.Act(() => 1)", "func"],
    ["Probe.Act(() => { })", "action"],
    ["Probe.Act(() => { return 1; })", "func"],
    ["Probe.Act(() => int.Parse(string.Empty))", "func"],
    ["Probe.Act(() => new List<int>().Clear())", "action"],
    ["Probe.Pair(1, 2)", "CS0121"],
    ["Probe.Pair(1, (object)2)", "int, object"],
    ["Probe.Show(1, x => x + 0.5, d => d.ToString())", "inferred"],
    ["Probe.Show(1, x => new { x }, d => d.x.ToString())", "inferred"],
    ["Probe.Null(1)", "int?"],
    ["Probe.Null(null)", "int?"],
    ['Probe.Null("a")', "object"],
  ])("%s: %s", (call, expected) => {
    expect(resultOf(`@(${call})`)).toBe(expected);
  });
});

describe("queries", () => {
  it.each([
    ["from x in new[] { 1, 2, 3 } where x > 1 select x * 10", "20,30"],
    ["from x in new[] { 1, 2 } from y in new[] { x, x * 10 } select x + y", "2,11,4,22"],
    ["from x in new[] { 1, 2 } from y in new[] { 3 } where x < y select x * y", "3,6"],
    ["from x in new[] { 1, 2 } let y = x * x let z = y + x orderby z descending select x + y + z", "12,4"],
    ["from x in new[] { 2, 1 } orderby x % 2, -x select x", "2,1"],
    ["from x in new[] { 1, 2, 3 } group x by x % 2 into g orderby g.Key select g.Key + g.Sum()", "2,5"],
    ["from x in new[] { 1, 2, 3 } group x * 10 by x % 2 into g select g.Count()", "2,1"],
    ["from a in new[] { 1, 2 } join b in new[] { 2, 3 } on a equals b select a + b", "4"],
    ["from a in new[] { 1, 2 } join b in new[] { 2, 2 } on a equals b into g select g.Count()", "0,2"],
    [
      "from a in new[] { 1, 2 } join b in new[] { 12, 13 } on a equals b / 6 into g from x in g.DefaultIfEmpty() select a + x",
      "1,14,15",
    ],
    ["from object o in new object[] { 1, 2 } select (int)o", "1,2"],
    ["from x in new[] { 1, 2 } select x into y where y > 1 select y", "2"],
    ["from x in new[] { 1 } select new { x, y = x + 1 } into p select p.x + p.y", "3"],
    ["from x in new[] { 1, 2 } select (from y in new[] { x } select y + x).Sum()", "2,4"],
  ])("%s", (query, expected) => {
    expect(resultOf(`@(string.Join(",", ${query}))`)).toBe(expected);
  });
});
