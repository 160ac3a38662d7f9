import { describe, expect, test } from "vitest";
import { compileExpression, LimitError } from "#expressions/index.js";
import { processorHost } from "../../processor-host.js";
import { exceptionOf } from "../csharp-table.js";

function limitOf(source: string): string {
  const { expression, diagnostics } = compileExpression(source, { limits: { memory: 3_000_000 } });
  if (expression === null) throw new Error(diagnostics[0]?.message);
  try {
    expression.evaluate([], processorHost);
  } catch (error) {
    if (error instanceof LimitError) return error.limit;
    throw error;
  }
  return "none";
}

describe("what XML can cost is bounded", () => {
  test("nesting of parsed elements", () => {
    const nested = `string.Join("", Enumerable.Repeat("<a>", 5000)) + string.Join("", Enumerable.Repeat("</a>", 5000))`;
    expect(limitOf(`@(XElement.Parse(${nested}).Name)`)).toBe("depth");
  });

  test("nesting of built elements, when they are written or copied", () => {
    const build = `var e = new XElement("a"); for (int i = 0; i < 5000; i++) { var outer = new XElement("a"); outer.Add(e); e = outer; }`;
    expect(limitOf(`@{ ${build} return e.ToString(); }`)).toBe("depth");
    expect(limitOf(`@{ ${build} return new XElement(e).Name; }`)).toBe("depth");
  });

  test("an element added to itself is copied, not tied into a ring, and copies are charged", () => {
    const grow = (times: number) =>
      `@{ var e = new XElement("a"); for (int i = 0; i < ${times}; i++) e.Add(e); return e.DescendantsAndSelf().Count(); }`;
    expect(limitOf(grow(12))).toBe("none");
    expect(limitOf(grow(40))).toBe("memory");
  });

  test("text that grows by itself", () => {
    expect(
      limitOf(`@{ var e = new XElement("a", "x"); for (int i = 0; i < 40; i++) e.Add(e.Value); return e.Value.Length; }`),
    ).toBe("memory");
  });
});

describe("entities and external definitions are refused", () => {
  test.each([
    `<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>`,
    `<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>`,
    `<!DOCTYPE a [<!ENTITY a0 'ha'><!ENTITY a1 '&a0;&a0;'>]><a>&a1;</a>`,
    `<a>&x;</a>`,
  ])("%s", (xml) => expect(exceptionOf(`@(XElement.Parse("${xml}"))`)).toBe("System.Xml.XmlException"));
});
