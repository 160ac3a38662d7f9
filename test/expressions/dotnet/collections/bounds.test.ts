import { describe, expect, test } from "vitest";
import { limitOf } from "../limits.js";

const LIMITS = { steps: 100_000, memory: 100_000, time: 60_000 };

describe("collections that grow without end reach the memory limit", () => {
  test.each([
    "{ var l = new List<int>(); while (true) l.Add(1); }",
    "{ var l = new List<int>{1}; while (true) l.AddRange(l); }",
    "{ var l = new List<int>{1}; while (true) l.InsertRange(0, l); }",
    "{ var h = new HashSet<int>(); for (var i = 0; ; i++) h.Add(i); }",
    "{ var d = new Dictionary<int,int>(); for (var i = 0; ; i++) d[i] = i; }",
    "{ var q = new Queue<int>(); while (true) q.Enqueue(1); }",
    "{ var s = new Stack<int>(); while (true) s.Push(1); }",
    "{ var l = new List<int>(new int[10000]); while (true) l.ToArray(); }",
    "{ var l = new List<int>(new int[10000]); while (true) l.GetRange(0, 10000); }",
    "{ var l = new List<int>(new int[10000]); while (true) new HashSet<int>(l); }",
  ])("%s", (source) => {
    expect(limitOf(`@${source}`, { ...LIMITS, steps: 1e9 })).toBe("memory");
  });
});

describe("searches cost steps by what they look at", () => {
  test.each([
    "l.Contains(1)",
    "l.IndexOf(1)",
    "l.LastIndexOf(1)",
    "l.Remove(1)",
    "l.Sort()",
    "l.Reverse()",
    "((ICollection<int>)l).Contains(1)",
    "((IList<int>)l).IndexOf(1)",
    "l.CopyTo(b)",
    "((ICollection<int>)b).Contains(1)",
    "q.Contains(1)",
    "new Dictionary<int,int>().ContainsKey(l.IndexOf(1))",
  ])("%s", (call) => {
    const source = `@{ var b = new int[10000]; var l = new List<int>(b); var q = new Queue<int>(b); for (var i = 0; i < 100; i++) { ${call}; } return 1; }`;
    expect(limitOf(source, { ...LIMITS, memory: 1e9 })).toBe("steps");
  });
});
