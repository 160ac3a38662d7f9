import { readFileSync } from "node:fs";
import { ConfigurationError, createGateway, type Gateway, type GatewayConfiguration, type GatewayOptions } from "@turnpike/core";
import { readTestFile, runTestFile } from "@turnpike/core/testing";
import { afterEach, describe, expect, it } from "vitest";

const loop = `@{ var n = 0; for (var i = 0; i < 1000; i++) { n += i; } return n.ToString(); }`;
const document = `<policies><inbound>
  <set-variable name="n" value="${loop.replaceAll("<", "&lt;")}" />
  <choose><when condition="@(context.Request.Method == &quot;POST&quot;)"><set-body>@(context.Request.Body.As&lt;JObject&gt;().ToString())</set-body></when></choose>
  <return-response><set-status code="200" reason="OK" /></return-response></inbound></policies>`;

const configuration = (limits?: object): GatewayConfiguration => ({
  ...(limits === undefined ? {} : { limits }),
  apis: {
    a: {
      path: "a",
      subscriptionRequired: false,
      policy: document,
      operations: { get: { method: "GET", urlTemplate: "/*" }, post: { method: "POST", urlTemplate: "/*" } },
    },
  },
});

const opened: Gateway[] = [];
afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.close();
});

async function statuses(limits: object | undefined, options: GatewayOptions = {}): Promise<number[]> {
  const gateway = await createGateway(configuration(limits), options);
  opened.push(gateway);
  return asked(gateway);
}

async function asked(gateway: Gateway): Promise<number[]> {
  const body = JSON.stringify({ list: Array.from({ length: 500 }, (_, index) => index) });
  const url = "https://gateway.example/a/x";
  const post = { method: "POST", url, headers: { "Content-Type": "application/json" }, body };
  return [(await gateway.handle({ method: "GET", url, headers: [] })).status, (await gateway.handle(post)).status];
}

describe("limits of a configuration", () => {
  it.each([
    ["none", undefined, {}, [200, 200]],
    ["steps", { steps: 500 }, {}, [500, 500]],
    ["bodyWork", { bodyWork: 100 }, {}, [200, 413]],
    ["the host's before the configuration's", { steps: 500, bodyWork: 100 }, { limits: { steps: 50_000 } }, [200, 413]],
    ["the host's tighter ones", { bodyWork: 1_000_000 }, { limits: { bodyWork: 100 } }, [200, 413]],
  ])("hold: %s", async (_, limits, options, expected) => {
    expect(await statuses(limits, options)).toEqual(expected);
  });

  it("change with the configuration, for expressions that stay the same", async () => {
    const gateway = await createGateway(configuration());
    opened.push(gateway);
    expect(await asked(gateway)).toEqual([200, 200]);
    await gateway.update(configuration({ steps: 500 }));
    expect(await asked(gateway)).toEqual([500, 500]);
    await gateway.update(configuration({ bodyWork: 100 }));
    expect(await asked(gateway)).toEqual([200, 413]);
    await gateway.update(configuration());
    expect(await asked(gateway)).toEqual([200, 200]);
  });

  it.each([0, -1, 1.5, "many", null, 2 ** 60])("%j is refused at its place", async (steps) => {
    await expect(createGateway(configuration({ steps }))).rejects.toThrow(/limits\.steps.*a whole number from 1/s);
    await expect(createGateway(configuration({ stepz: 1 }))).rejects.toThrow(ConfigurationError);
  });
});

describe("limits of a test file", () => {
  const file = (limits: string, gateway = false): string =>
    `${gateway ? `gateway: ${JSON.stringify(configuration({ steps: 500 }))}` : `policy: ${JSON.stringify(document)}`}
limits: ${limits}
tests:
  - { name: t, request: { method: GET, url: https://gateway.example/a/x }, expect: { status: 200 } }
`;
  const failures = async (text: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const result of runTestFile("x.policy-test.yaml", { text })) found.push(...result.failures);
    return found;
  };

  it("hold, before those of its gateway", async () => {
    expect(await failures(file("{ steps: 50000 }"))).toEqual([]);
    expect(await failures(file("{ steps: 500 }"))).toEqual([expect.stringContaining("500") as string]);
    expect(await failures(file("{ steps: 50000 }", true))).toEqual([]);
    expect(await failures(file("{ time: 1000 }", true))).toHaveLength(1);
  });

  it("are checked", () => {
    const { diagnostics } = readTestFile("x.policy-test.yaml", file("{ steps: 0 }"));
    expect(diagnostics).toMatchObject([{ line: 2, message: expect.stringContaining("a whole number from 1") as string }]);
  });
});

it("editors know limits", () => {
  const schema = (name: string) =>
    JSON.parse(readFileSync(new URL(`../../../packages/core/schemas/${name}.json`, import.meta.url), "utf8")) as {
      properties: { limits: { properties: object } };
    };
  for (const name of ["gateway", "policy-test"])
    expect(schema(name).properties.limits.properties).toMatchObject({ bodyWork: { type: "integer", minimum: 1 } });
});
