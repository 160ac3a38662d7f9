import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError, createGateway, loadConfiguration } from "@turnpike/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { turnpike } from "./support.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "turnpike-policies-"));
  write("stamp.mjs", moduleOf("stamp", "of the module"));
  write("gateway.yaml", gateway("policies: [./stamp.mjs]"));
  write("named-by-caller.yaml", gateway(""));
  write("request.json", JSON.stringify({ method: "GET", url: "https://api.example/a" }));
  write("document.xml", "<policies><inbound><stamp /></inbound></policies>");
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const write = (name: string, text: string): void => writeFileSync(at(name), text);

/** A module with one policy that answers by itself, and with a text of its own in policy tests. */
function moduleOf(name: string, text: string): string {
  return `
    export const helper = () => 1;
    export const policy = {
      name: "${name}", category: "transformation", summary: "Answers with a text.", sections: ["inbound"],
      scopes: ["global", "api"],
      attributes: { mood: { type: "enum", required: false, default: "good", values: ["good", "bad"], expressions: false, notes: "How it is." } },
      children: {}, errors: [],
      compile: () => answering("${text}"),
      fake: () => answering("of the fake"),
    };
    const answering = (text) => (exchange) => { exchange.response.status = 200; exchange.response.reason = text; return "stop"; };
    export default [policy];
  `;
}

function gateway(first: string): string {
  return `${first}
apis:
  a:
    path: a
    serviceUrl: http://127.0.0.1:9
    subscriptionRequired: false
    policy: "<policies><inbound><stamp /></inbound></policies>"
    operations: { get: { method: GET, urlTemplate: / } }
`;
}

const reason = (out: string): unknown => (JSON.parse(out) as { answer: { reason: string } }).answer.reason;

it("runs policies of a module that the configuration names", async () => {
  const { code, out, err } = await turnpike("trace", at("gateway.yaml"), at("request.json"), "--json");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(reason(out)).toBe("of the module");
});

it("runs policies of a module that the call names, in place of the configuration's", async () => {
  write("other.mjs", moduleOf("stamp", "of the call"));
  for (const config of ["gateway.yaml", "named-by-caller.yaml"]) {
    const { out } = await turnpike("trace", at(config), at("request.json"), "--json", "--policies", at("other.mjs"));
    expect(reason(out), config).toBe("of the call");
  }
});

it.each([
  ["check", []],
  ["lint", ["--scope", "api"]],
] as const)("%s knows them", async (command, options) => {
  const without = await turnpike(command, at("document.xml"), ...options, "--json");
  expect(without.code).toBe(1);
  expect(without.out).toContain("There is no policy stamp.");
  const { out } = await turnpike(command, at("document.xml"), ...options, "--json", "--policies", at("stamp.mjs"));
  expect(out).not.toContain("There is no policy stamp.");
  for (const whole of [[at("gateway.yaml")], [at("named-by-caller.yaml"), "--policies", at("stamp.mjs")]]) {
    const found = await turnpike(command, ...whole, "--json");
    expect(found.out).not.toContain('"severity":"error"');
  }
});

it("policy tests run a policy's fake, for both ways of naming it", async () => {
  const test = (subject: string): string => `${subject}
tests: [{ name: fake, request: { method: GET, url: "https://api.example/a" }, expect: { status: 200, reason: of the fake } }]
`;
  write("config.policy-test.yaml", test("gateway: ./gateway.yaml"));
  write("document.policy-test.yaml", test("policy: ./document.xml"));
  expect((await turnpike("test", at("config.policy-test.yaml"))).code).toBe(0);
  const named = await turnpike("test", at("document.policy-test.yaml"), "--policies", at("stamp.mjs"));
  expect({ code: named.code, err: named.err }).toEqual({ code: 0, err: "" });
  expect((await turnpike("test", at("document.policy-test.yaml"))).out).toContain("There is no policy stamp.");
  const mutants = await turnpike("mutate", at("document.policy-test.yaml"), "--policies", at("stamp.mjs"));
  expect(mutants.out).toContain("1 noticed");
});

it.each([
  ["no-such.mjs", null, /Invalid policy module '.*no-such\.mjs': it cannot be loaded: /],
  ["empty.mjs", "export const a = 1;", /expected it to export what definePolicy gives\./],
  ["unsound.mjs", "export default { name: 'x', compile() {}, sections: [] };", /Invalid policy 'x': category is missing/],
  ["throws.mjs", "throw new Error('no luck');", /it cannot be loaded: no luck/],
  [
    "twice.mjs",
    `${moduleOf("stamp", "1")} export const again = { ...policy };`,
    /expected policies of different names, not two called stamp\./,
  ],
])("a module that cannot be used is told by name: %s", async (name, text, message) => {
  if (text !== null) write(name, text);
  const { code, err } = await turnpike("policies", "--policies", at(name));
  expect(code).toBe(2);
  expect(err).toMatch(message);
  write("broken.yaml", gateway(`policies:\n  - ./${name}`));
  const rejected = await createGateway(loadConfiguration(at("broken.yaml"))).catch((error: unknown) => error);
  expect(rejected).toBeInstanceOf(ConfigurationError);
  const finding = (rejected as ConfigurationError).diagnostics.find(({ code }) => code === "TP3015");
  expect(finding).toMatchObject({ file: at("broken.yaml"), line: 2, message: expect.stringMatching(message) as string });
});

it("a module that has changed is loaded anew with the next configuration", async () => {
  write("changing.mjs", moduleOf("stamp", "before"));
  write("changing.yaml", gateway("policies: [./changing.mjs]"));
  const running = await createGateway(loadConfiguration(at("changing.yaml")));
  const ask = async (): Promise<string> =>
    (await running.handle({ method: "GET", url: "https://api.example/a", headers: [] })).reason;
  expect(await ask()).toBe("before");
  write("changing.mjs", moduleOf("stamp", "after"));
  utimesSync(at("changing.mjs"), new Date(), new Date(Date.now() + 5000));
  await running.update(loadConfiguration(at("changing.yaml")));
  expect(await ask()).toBe("after");
  await running.close();
});

it("lists, explains and documents own policies", async () => {
  const own = ["--policies", at("stamp.mjs")];
  expect((await turnpike("policies", ...own)).out).toMatch(/^stamp +Answers with a text\.$/m);
  const page = await turnpike("policies", "stamp", "--markdown", ...own);
  expect(page.out).toContain("| `mood` | `good`, `bad` | no | `good` | no | How it is. |");
  const xsd = await turnpike("policies", "--xsd", ...own);
  expect(xsd.out).toContain('<xs:element name="stamp" type="stamp"/>');
  const schema = JSON.parse((await turnpike("policies", "--json-schema", ...own)).out) as { $defs: Record<string, unknown> };
  expect(schema.$defs["policy.stamp"]).toMatchObject({ properties: { "@mood": { default: "good" } } });
});
