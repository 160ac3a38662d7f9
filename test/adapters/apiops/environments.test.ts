import { join } from "node:path";
import { loadApiOps } from "@turnpike/adapters/apiops";
import { describe, expect, it } from "vitest";
import { api, errorsOf, findingsOf, info, ran, serve, write } from "./support.js";

const files = {
  ...api("a"),
  "apis/a/operations/get-x/policy.xml": ran("operation"),
  "policy.xml": "<policies><backend><forward-request /></backend></policies>",
  "named values/id-1/namedValueInformation.json": info({ displayName: "word", value: "base" }),
  "named values/id-2/namedValueInformation.json": info({ displayName: "key", secret: true }),
  "backends/b/backendInformation.json": info({
    url: "https://b.internal",
    credentials: { header: { "X-Key": ["{{key}}"], "X-Other": ["o"] } },
  }),
  "products/p/productInformation.json": info({ displayName: "P" }),
  "products/p/policy.xml": ran("product"),
  "subscriptions/s/subscriptionInformation.json": info({ scope: "/apis", state: "active" }),
  "workspaces/w/named values/inner/namedValueInformation.json": info({ displayName: "inner", value: "base" }),
};

const production = `apimServiceName: gateway-prod
namedValues:
  - name: id-1
    properties: { value: production }
  - name: ID-2
    properties:
      value: "{#[ KEY_OF_B ]#}"
backends:
  - name: b
    properties: { url: "https://b.production", credentials: { header: { X-Other: [p] } } }
apis:
  - name: a
    properties: { serviceUrl: "https://{#HOST#}/a" }
    policies:
      - name: policy
        properties:
          format: rawxml
          value: |
            ${ran("{{word}}")}
    operations:
      - name: get-x
        policies: [{ name: policy, properties: { value: '${ran("overridden")}' } }]
    diagnostics: [{ name: applicationinsights, properties: { verbosity: Error } }]
subscriptions:
  - name: s
    primaryKey: "{#KEY_OF_S#}"
workspaces:
  - name: w
    namedValues: [{ name: inner, properties: { value: production } }]
`;
const tokens = { KEY_OF_B: "b-secret", HOST: "a.production", KEY_OF_S: "s-secret" };

describe("an environment", () => {
  it("goes over what the folder says, with its placeholders filled in", async () => {
    const folder = write({ ...files, "configuration.prod.yaml": production });
    const { call, gateway } = await serve(folder, { environment: "prod", tokens });
    expect(await call("/a/x", { "Ocp-Apim-Subscription-Key": "s-secret" })).toMatchObject({
      status: 200,
      ran: "production,overridden",
      sent: "https://a.production/a/x",
    });
    const { configuration } = gateway;
    expect(configuration.deployment.serviceName).toBe("gateway-prod");
    expect(configuration.namedValues.get("key")).toMatchObject({ secret: true });
    expect(configuration.namedValues.get("key")!.value).toBe("b-secret");
    expect(configuration.backends.get("b")!.url!.toString()).toBe("https://b.production/");
    expect(configuration.backends.get("b")!.credentials!.headers).toEqual([
      ["X-Key", ["b-secret"]],
      ["X-Other", ["p"]],
    ]);
    expect(configuration.workspaces.get("w")!.namedValues.get("inner")!.value).toBe("production");
    expect(gateway.diagnostics).toEqual([]);
  });

  it("is found beside the folder, or by its path", () => {
    const root = write({
      "artifacts/named values/x/namedValueInformation.json": info({ value: "base" }),
      "configuration.qa.yml": "namedValues: [{ name: x, properties: { value: qa } }]",
    });
    const folder = join(root, "artifacts");
    for (const environment of ["qa", join(root, "configuration.qa.yml")])
      expect(loadApiOps(folder, { environment }).data.namedValues).toEqual({ x: "qa" });
    expect(loadApiOps(folder).data.namedValues).toEqual({ x: "base" });
  });

  it.each([
    [
      "apimServiceName: x\nbackends: [{ name: z, properties: {} }]\n",
      "warning TP3012 configuration.prod.yaml The environment speaks of backends/z, which the folder does not have.",
    ],
    [
      "namedValues:\n  - name: id-2\n    properties: { value: '{#NOWHERE#}' }\n",
      "error TP3006 configuration.prod.yaml The placeholder {#NOWHERE#} has no value.",
    ],
    ["namedValues: [\n", "error TP4001 configuration.prod.yaml"],
  ])("tells of %j", (text, wanted) => {
    const folder = write({
      ...files,
      "named values/id-2/namedValueInformation.json": info({ displayName: "key", value: "v" }),
      "subscriptions/s/subscriptionInformation.json": info({ scope: "/apis", primaryKey: "k" }),
      "configuration.prod.yaml": text,
    });
    expect(findingsOf(folder, { environment: "prod", tokens: {} })).toEqual([expect.stringContaining(wanted)]);
  });

  it("that is not there is an error, as is a policy of it that is wrong, at its place", async () => {
    expect(await errorsOf(write(api("a")), { environment: "prod" })).toEqual([
      "TP3001 configuration.prod.yaml:1 There is no such environment file.",
    ]);
    const folder = write({
      ...api("a"),
      "configuration.prod.yaml":
        "apis: [{ name: a, policies: [{ name: policy, properties: { value: '<policies><nothing /></policies>' } }] }]",
    });
    expect(await errorsOf(folder, { environment: "prod" })).toEqual([
      "TP2005 configuration.prod.yaml:1 <nothing> is no section.",
    ]);
  });

  it("never shows what it filled in", async () => {
    const folder = write({
      ...files,
      "apis/a/policy.xml": '<policies><inbound><set-status code="{{key}}" /></inbound></policies>',
      "configuration.prod.yaml": production,
    });
    const errors = await errorsOf(folder, { environment: "prod", tokens });
    expect(errors.join()).not.toContain("b-secret");
  });
});

describe("additions", () => {
  it("go over the folder, member by member", async () => {
    const folder = write(files);
    const { call, gateway } = await serve(folder, {
      additions: {
        namedValues: { key: { secret: true, value: "given" } },
        subscriptions: { s: { scope: "all", primaryKey: "k", user: "u" } },
        users: { u: { email: "u@example.org" } },
        apis: { a: { path: "a", subscriptionRequired: true } },
        workspaces: { w: { namedValues: { more: "m" } } },
      },
    });
    expect((await call("/a/x")).status).toBe(401);
    expect(await call("/a/x", { "Ocp-Apim-Subscription-Key": "k" })).toMatchObject({
      status: 200,
      ran: "operation",
      sent: "https://a.internal/x",
    });
    expect([...gateway.configuration.workspaces.get("w")!.namedValues.keys()]).toEqual(["word", "key", "inner", "more"]);
  });
});
