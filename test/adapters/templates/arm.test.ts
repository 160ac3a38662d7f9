import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTemplate } from "@turnpike/adapters/templates";
import { createGateway, Headers } from "@turnpike/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { turnpike } from "../cli/support.js";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "turnpike-template-"));
  file = join(folder, "azuredeploy.json");
  copyFileSync(new URL("azuredeploy.json", import.meta.url), file);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const SERVICE = "Microsoft.ApiManagement/service";

function write(resources: readonly object[], more: object = {}): string {
  const $schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
  writeFileSync(file, JSON.stringify({ $schema, contentVersion: "1.0.0.0", ...more, resources }, null, 2));
  return file;
}

const api = (name: string, properties: object = {}): object => ({
  type: `${SERVICE}/apis`,
  name,
  properties: { path: name.split("/")[1], serviceUrl: "https://a.internal", subscriptionRequired: false, ...properties },
});

const values = async (expressions: Readonly<Record<string, string>>, more: object = {}): Promise<Record<string, unknown>> => {
  const names = Object.keys(expressions);
  write(
    names.map((name) => ({
      type: `${SERVICE}/namedValues`,
      name: `s/${name}`,
      properties: { displayName: name, value: `[string(${expressions[name]})]` },
    })),
    more,
  );
  return loadTemplate(file).data.namedValues as Record<string, unknown>;
};

test("the resources of a template are served, with parameters, variables, loops and conditions", async () => {
  const gateway = await createGateway(loadTemplate(file, { parameters: { serviceName: "shop", apiKey: "k" } }), {
    lenient: true,
    transport: () => Promise.resolve({ status: 200, reason: "OK", headers: new Headers(), body: null }),
  });
  const call = async (path: string) => {
    const { status, headers } = await gateway.handle({ method: "GET", url: `https://g.example${path}`, headers: {} });
    return [status, headers.get("x-ran")];
  };
  expect(await call("/orders")).toEqual([200, "orders"]);
  // What only a deployment knows is not guessed.
  expect(await call("/region-eu")).toEqual([503, null]);
  expect(await call("/beta")).toEqual([404, null]);
  expect(gateway.setAside.map(({ kind, id }) => `${kind} ${id}`)).toEqual(["API region-eu", "API region-us"]);
});

test("what cannot be decided is told with its place in the template", async () => {
  const { code, out } = await turnpike("check", file);
  expect(code).toBe(1);
  expect(out).toContain(
    "azuredeploy.json:33:102 error TP3012 The property serviceUrl of apis/region-eu cannot be decided: reference(…) is only known once it is deployed.",
  );
  expect(out).toContain("The property value of namedValues/key cannot be decided: the parameter apiKey has no value.");
});

describe("expressions give what Azure Resource Manager gives", () => {
  test.each([
    ["concat('a', 'b''c', 1)", "ab'c1"],
    ["format('{0}-{1}', 'a', 2)", "a-2"],
    ["if(equals(1, 1), 'yes', reference('x'))", "yes"],
    ["coalesce(null(), 'b')", "b"],
    ["toLower('ABC')", "abc"],
    ["substring('abcdef', 1, 3)", "bcd"],
    ["last(split('a/b/c', '/'))", "c"],
    ["join(createArray('a', 'b'), ', ')", "a, b"],
    ["union(createObject('a', 1), createObject('b', 2))", '{"a":1,"b":2}'],
    ["createArray(1, 2)[1]", "2"],
    ['json(\'{"a":{"b":3}}\').a.b', "3"],
    ["base64ToString(base64('hé'))", "hé"],
    ["uri('https://a.example/x/', 'y')", "https://a.example/x/y"],
    ["add(mul(2, 3), div(7, 2))", "9"],
    ["contains(createArray('a'), 'a')", "true"],
    ["map(range(0, 3), lambda('i', mul(lambdaVariables('i'), 2)))", "[0,2,4]"],
    ["or(false(), not(false()))", "true"],
    ["last(split(resourceId('Microsoft.ApiManagement/service/products', resourceGroup().name, 'gold'), '/'))", "gold"],
  ])("%s", async (expression, wanted) => {
    expect(await values({ v: expression })).toEqual({ v: wanted });
  });

  test("a text that begins with two brackets is no expression", async () => {
    write([{ type: `${SERVICE}/namedValues`, name: "s/v", properties: { displayName: "v", value: "[[x]" } }]);
    expect(loadTemplate(file).data.namedValues).toEqual({ v: "[x]" });
  });

  test("variables that go round in a circle are unknown", async () => {
    const variables = { a: "[variables('b')]", b: "[variables('a')]" };
    write([api("s/a", { serviceUrl: "[variables('a')]" })], { variables });
    expect(loadTemplate(file).diagnostics.map(({ message }) => message)).toContain(
      "The property serviceUrl of apis/a cannot be decided: the variable a refers to itself.",
    );
  });
});

test("deployments inside of the template, and templates beside it, are read with their parameters", () => {
  const inner = {
    parameters: { path: { type: "string" } },
    resources: [api("s/inner", { path: "[parameters('path')]" })],
  };
  mkdirSync(join(folder, "linked"));
  writeFileSync(
    join(folder, "linked/api.json"),
    JSON.stringify({ parameters: { path: { type: "string" } }, resources: [api("s/linked", { path: "[parameters('path')]" })] }),
  );
  const parameters = { path: { value: "given" } };
  write([
    {
      type: "Microsoft.Resources/deployments",
      name: "d",
      properties: { expressionEvaluationOptions: { scope: "inner" }, template: inner, parameters },
    },
    {
      type: "Microsoft.Resources/deployments",
      name: "l",
      properties: { templateLink: { relativePath: "linked/api.json" }, parameters: { path: { value: "beside" } } },
    },
    {
      type: "Microsoft.Resources/deployments",
      name: "e",
      properties: { templateLink: { uri: "https://elsewhere.example/t.json" } },
    },
  ]);
  const { data, diagnostics } = loadTemplate(file);
  expect(Object.entries(data.apis!).map(([id, { path }]) => [id, path])).toEqual([
    ["inner", "given"],
    ["linked", "beside"],
  ]);
  expect(diagnostics.map(({ message }) => message)).toContain("A linked template stands elsewhere: its resources are not read.");
});

test("a policy that cannot be decided sets its API aside, and is not left out", async () => {
  write([
    api("s/a"),
    { type: `${SERVICE}/apis/policies`, name: "s/a/policy", properties: { value: "[reference('x').policy]" } },
    api("s/b"),
  ]);
  const gateway = await createGateway(loadTemplate(file), { lenient: true });
  expect(gateway.setAside.map(({ kind, id }) => `${kind} ${id}`)).toEqual(["API a"]);
});

test("what is no template is told with its place", () => {
  writeFileSync(file, '{\n  "resources": [ }');
  expect(loadTemplate(file).diagnostics).toEqual([
    expect.objectContaining({ code: "TP4001", line: 2, column: 18, severity: "error" }),
  ]);
});

test("parameters come from files and the command line, and all commands take templates", async () => {
  const parameters = join(folder, "p.json");
  writeFileSync(
    parameters,
    JSON.stringify({ parameters: { serviceName: { value: "s" }, regions: { value: [] }, apiKey: { value: "k" } } }),
  );
  const given = ["--parameters", parameters, "--parameters", "withBeta=true"];
  expect(await turnpike("check", file, ...given)).toMatchObject({ code: 0 });
  const explained = await turnpike("explain", file, "GET /orders", ...given);
  expect(explained.code).toBe(0);
  expect(explained.out).toContain("azuredeploy.json");
  expect((await turnpike("diff", file, file, ...given)).code).toBe(0);
  expect((await turnpike("lint", file, ...given)).out).not.toContain("TP4002");
  expect((await turnpike("gate", file, "--base", file, ...given)).out).toContain("azuredeploy.json");
  expect(await turnpike("check", file, "--parameters", "nowhere.json")).toMatchObject({ code: 2 });
});

test("Bicep is compiled by the program bicep, and said to be needed where that is not there", async () => {
  const bicep = join(folder, "main.bicep");
  writeFileSync(bicep, "");
  const bin = join(folder, "bin");
  mkdirSync(bin);
  vi.stubEnv("PATH", bin);
  expect(await turnpike("check", bicep)).toMatchObject({ code: 2, err: expect.stringContaining("'bicep' is not installed") });
  // It prints what the template compiles to.
  writeFileSync(
    join(bin, "bicep"),
    `#!${process.execPath}\nprocess.stdout.write(require("node:fs").readFileSync(${JSON.stringify(file)}, "utf8"))\n`,
  );
  chmodSync(join(bin, "bicep"), 0o755);
  expect(Object.keys(loadTemplate(bicep).data.apis!)).toContain("orders");
});
