import { checkDocument } from "@turnpike/core/tools";
import { compileExpression } from "@turnpike/expressions";
import { expect, it } from "vitest";

const name = "a".repeat(100_000);

it.each([`<policies><inbound><${name}`, `<policies><inbound><${name} /></inbound></policies>`, `<${name}></b>`])(
  "names of any length are quoted in part",
  (text) => {
    const { diagnostics } = checkDocument(text);
    expect(diagnostics.length).toBeGreaterThan(0);
    for (const { message, hint } of diagnostics) expect(message.length + (hint?.length ?? 0)).toBeLessThan(5_000);
  },
);

it.each([`"".${name}`, name, `${name}.Length`, `new ${name}()`])("of expressions too", (source) => {
  const { diagnostics } = compileExpression(`@(${source})`);
  expect(diagnostics[0]!.message).toContain("aaa");
  for (const { message } of diagnostics) expect(message.length).toBeLessThan(1_000);
});
