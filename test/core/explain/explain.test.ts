import type { GatewayConfiguration } from "@turnpike/core";
import { type EffectivePolicy, explainConfiguration } from "@turnpike/core/tools";
import { describe, expect, it } from "vitest";
import { policies, ran } from "../run/gateway.js";

const header = (name: string): string => `<set-header name="${name}" exists-action="delete" />`;
const at = (sections: Parameters<typeof policies>[0]) => policies(sections);

const configuration: GatewayConfiguration = {
  namedValues: { word: "plain", key: { secret: true, value: "s3cret-key" } },
  policy: at({ inbound: header("Global"), backend: "<forward-request />", outbound: ran("global") }),
  fragments: { edge: `<fragment>${header("Edge-1")}\n${header("Edge-2")}</fragment>` },
  workspaces: { w: { policy: at({ inbound: `<base />${header("Workspace")}` }) } },
  apis: {
    a: {
      path: "a",
      serviceUrl: "https://a.internal",
      workspace: "w",
      versioning: { scheme: "segment", version: "v1" },
      policy: at({
        inbound: `${header("Before")}<base /><include-fragment fragment-id="edge" /><choose><when condition="@(true)">${header("{{word}}")}</when><otherwise>${ran("{{key}} s3cret-key")}</otherwise></choose>`,
        outbound: "",
      }),
      operations: {
        get: { method: "GET", urlTemplate: "/x/{id}", policy: at({ inbound: `<base />${header("Operation")}` }) },
        cut: { method: "POST", urlTemplate: "/x", policy: at({ inbound: header("Alone"), backend: "<return-response />" }) },
      },
    },
    h: {
      path: "h",
      protocols: ["http"],
      versioning: { scheme: "header", set: "h", version: "2", versionHeaderName: "X-V" },
      operations: { get: { method: "GET", urlTemplate: "/" } },
    },
  },
  products: {
    gold: { apis: ["a"], policy: at({ inbound: `<base />${header("Product")}` }) },
    open: { apis: ["a"], subscriptionRequired: false, policy: at({ inbound: `${header("Open")}<base />` }) },
  },
};
const explained = explainConfiguration(configuration);

const names = (list: readonly EffectivePolicy[]): string[] => list.map((one) => one.attributes["name"] ?? one.name);
const sectionsOf = (request: string, product: string | null) => {
  const [method, target] = request.split(" ");
  const found = explained.find(method!, target!)!;
  return explained.sections(found, product === null ? null : found.products.find((one) => one.id === product)!);
};

describe("the pipeline in effect", () => {
  it.each([
    ["GET /a/v1/x/1", null, "Before,Global,Workspace,Edge-1,Edge-2,choose,Operation"],
    ["GET /a/v1/x/1", "gold", "Before,Global,Workspace,Product,Edge-1,Edge-2,choose,Operation"],
    ["GET /a/v1/x/1", "open", "Before,Open,Global,Workspace,Edge-1,Edge-2,choose,Operation"],
    ["POST /a/v1/x", "gold", "Alone"],
  ])("of %s with the product %s is %s", (request, product, wanted) => {
    expect(names(sectionsOf(request, product).inbound).join(",")).toBe(wanted);
  });

  it("a section that is empty cuts off, one that is missing does not", () => {
    const { backend, outbound } = sectionsOf("GET /a/v1/x/1", null);
    expect([names(backend), names(outbound)]).toEqual([["forward-request"], []]);
    expect(names(sectionsOf("POST /a/v1/x", null).backend)).toEqual(["return-response"]);
  });

  it("tells file, line, column, scope and fragment of every element, nested ones too", () => {
    const { inbound } = sectionsOf("GET /a/v1/x/1", null);
    const places = inbound.map(
      (policy) => `${policy.scope} ${policy.fragment ?? "-"} ${policy.file}:${policy.line}:${policy.column}`,
    );
    expect(places.slice(0, 5)).toEqual([
      "api - configuration#apis.a.policy:1:20",
      "global - configuration#policy:1:20",
      "workspace - configuration#workspaces.w.policy:1:28",
      "api edge configuration#fragments.edge:1:11",
      "api edge configuration#fragments.edge:2:1",
    ]);
    const choose = inbound.find((policy) => policy.name === "choose")!;
    expect(choose.elements.map((one) => one.name)).toEqual(["when", "otherwise"]);
    expect(choose.elements[1]!.elements[0]!.elements[0]).toMatchObject({
      name: "value",
      scope: "api",
      file: "configuration#apis.a.policy",
    });
  });

  it("shows named values by name, and no secrets", () => {
    const text = JSON.stringify(sectionsOf("GET /a/v1/x/1", "gold"));
    expect(text).toContain("{{word}}");
    expect(text).toContain("{{key}} ***");
    expect(text).not.toContain("s3cret-key");
  });
});

describe("the operation that answers", () => {
  it.each([
    ["GET", "/a/v1/x/1", {}, "a/get"],
    ["get", "https://gateway.example/a/v1/x/1?q=1", {}, "a/get"],
    ["GET", "/a/v1/../v1/x/1", {}, "a/get"],
    ["GET", "/a/x/1", {}, null],
    ["PUT", "/a/v1/x", {}, null],
    ["GET", "/h", { "X-V": "2" }, "h/get"],
    ["GET", "https://gateway.example/h", { "X-V": "2" }, null],
    ["GET", "/h", {}, null],
  ])("%s %s %j: %s", (method, target, headers, wanted) => {
    const found = explained.find(method, target, headers);
    expect(found === null ? null : `${found.api.id}/${found.operation.id}`).toBe(wanted);
  });

  it("knows the products of its API, and which one a call without a key gets", () => {
    const found = explained.find("GET", "/a/v1/x/1")!;
    expect(found.products.map((product) => product.id)).toEqual(["gold", "open"]);
    expect(explained.openProduct(found)!.id).toBe("open");
  });
});

it("what is wrong is among the findings, and the rest is shown", () => {
  const broken = explainConfiguration({
    namedValues: { gone: { secret: true, keyVault: { secretIdentifier: "https://v.vault.azure.net/secrets/s" } } },
    apis: {
      a: {
        path: "a",
        policy: "<policies><inbound>",
        serviceUrl: "nowhere",
        operations: { get: { method: "GET", urlTemplate: "/" } },
      },
    },
  });
  const found = broken.find("GET", "/a")!;
  expect(names(broken.sections(found, null).backend)).toEqual(["forward-request"]);
  expect(broken.diagnostics.map((finding) => finding.code)).toEqual(["TP3005", "TP3011", "TP0103", "TP0103"]);
});
