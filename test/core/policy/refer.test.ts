import { ConfigurationError, createGateway, type Diagnostic, definePolicy, schema } from "@turnpike/core";
import { checkDocument } from "@turnpike/core/tools";
import { expect, it } from "vitest";

const own = definePolicy({
  name: "own",
  category: "logging",
  summary: "Names a backend.",
  sections: ["inbound"],
  scopes: ["api"],
  attributes: { backend: schema.text({ required: true, notes: "The backend." }) },
  children: {},
  compile(element, compiler) {
    compiler.refer("backend", element.attributes.backend.literal!);
    return () => "continue";
  },
});
const document = (id: string): string => `<policies><inbound><own backend="${id}" /></inbound></policies>`;

async function findings(id: string, backends: readonly string[]): Promise<Diagnostic[]> {
  const configuration = {
    backends: Object.fromEntries(backends.map((name) => [name, { url: "http://127.0.0.1:9001" }])),
    apis: { a: { path: "a", policy: document(id) } },
  };
  try {
    await createGateway(configuration, { policies: [own] });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return [...error.diagnostics];
    throw error;
  }
}

it.each<[string, string, readonly string[], string | undefined]>([
  ["is near another", "paymets", ["payments", "ledger"], "Did you mean payments?"],
  ["is like no other", "x", ["payments", "ledger"], "There are payments, ledger."],
  ["has no other beside it", "x", [], "Add it to backends."],
])("an id that nothing has and that %s", async (_what, id, backends, hint) => {
  const [finding, ...others] = await findings(id, backends);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "error",
    code: "TP3002",
    message: `There is no backend ${id}.`,
    hint,
    line: 1,
    column: 20,
  });
});

it("an id that is there", async () => {
  expect(await findings("payments", ["payments"])).toEqual([]);
});

it("a document on its own", () => {
  const { diagnostics } = checkDocument(document("x"), { policies: [own] });
  expect(diagnostics).toEqual([]);
});
