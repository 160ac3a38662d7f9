import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadApiOps } from "@turnpike/adapters/apiops";
import { createGateway, Headers } from "@turnpike/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Files, info, specification, write } from "./support.js";

const answers = (name: string, inside = ""): string =>
  `<policies><inbound><base />${inside}<return-response><set-status code="200" /><set-body>${name}</set-body></return-response></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`;

const apiOf = (id: string, properties: object = {}): unknown =>
  info({
    displayName: id,
    description: id,
    path: id,
    serviceUrl: `https://${id}.internal`,
    subscriptionRequired: false,
    protocols: ["https"],
    type: "http",
    apiRevision: "1",
    isCurrent: true,
    subscriptionKeyParameterNames: { header: "X-Key", query: "key" },
    ...properties,
  });

/** APIs that answer by themselves, each with an entity that only it needs. */
const estate: Files = {
  "apis/plain/apiInformation.json": apiOf("plain"),
  "apis/plain/specification.yaml": specification(),
  "apis/plain/policy.xml": answers("plain"),
  "apis/named/apiInformation.json": apiOf("named"),
  "apis/named/specification.yaml": specification(),
  "apis/named/policy.xml": answers("named", '<set-variable name="g" value="{{greeting}}" />'),
  "named values/greeting/namedValueInformation.json": info({ displayName: "greeting", value: "hello", secret: false, tags: [] }),
  "apis/marked/apiInformation.json": apiOf("marked"),
  "apis/marked/specification.yaml": specification(),
  "apis/marked/policy.xml": answers("marked", '<include-fragment fragment-id="mark" />'),
  "policy fragments/mark/policyFragmentInformation.json": info({ description: "x" }),
  "policy fragments/mark/policy.xml": '<fragment><set-variable name="m" value="1" /></fragment>',
  "apis/backed/apiInformation.json": apiOf("backed"),
  "apis/backed/specification.yaml": specification(),
  "apis/backed/policy.xml": answers("backed", '<set-backend-service backend-id="main" />'),
  "backends/main/backendInformation.json": info({
    url: "https://main.internal",
    protocol: "http",
    title: "Main",
    credentials: { header: { "X-A": ["1"] }, authorization: { scheme: "Basic", parameter: "eA==" } },
    tls: { validateCertificateChain: true },
    circuitBreaker: {
      rules: [
        {
          name: "r",
          failureCondition: { count: 1, interval: "PT1M", statusCodeRanges: [{ min: 500, max: 599 }] },
          tripDuration: "PT1M",
        },
      ],
    },
  }),
  "apis/sold/apiInformation.json": apiOf("sold", { subscriptionRequired: true }),
  "apis/sold/specification.yaml": specification(),
  "apis/sold/policy.xml": answers("sold"),
  "products/open/productInformation.json": info({ displayName: "Open", subscriptionRequired: false, state: "published" }),
  "products/open/policy.xml": answers("sold"),
  "products/open/apis.json": [{ name: "sold" }],
  "groups/people/groupInformation.json": info({ displayName: "People", type: "custom" }),
  "apis/parts/apiInformation.json": apiOf("parts"),
  "apis/parts/operations/one/operationInformation.json": info({
    displayName: "One",
    method: "GET",
    urlTemplate: "/one",
    templateParameters: [],
    request: { queryParameters: [{ name: "q", type: "string" }], representations: [] },
    responses: [{ statusCode: 200 }],
  }),
  "apis/parts/operations/one/policy.xml": answers("one"),
  "apis/parts/operations/two/operationInformation.json": info({ displayName: "Two", method: "GET", urlTemplate: "/two" }),
  "apis/parts/operations/two/policy.xml": answers("two"),
  "apis/dated/apiInformation.json": apiOf("dated", { apiVersion: "v1", apiVersionSetId: "/apiVersionSets/dates" }),
  "apis/dated/specification.yaml": specification(),
  "apis/dated/policy.xml": answers("dated"),
  "version sets/dates/versionSetInformation.json": info({ displayName: "Dates", versioningScheme: "Segment" }),
  "loggers/events/loggerInformation.json": info({ loggerType: "azureEventHub", credentials: { name: "hub" }, isBuffered: true }),
  "diagnostics/applicationinsights/diagnosticInformation.json": info({
    loggerId: "/loggers/events",
    sampling: { samplingType: "fixed", percentage: 50 },
    frontend: { request: { headers: ["X-A"], body: { bytes: 10 } } },
    verbosity: "error",
  }),
  "schemas/order/schemaInformation.json": info({ schemaType: "json", document: { value: '{"type":"object"}' } }),
  "gateways/dc1/gatewayInformation.json": info({ description: "x", locationData: { name: "here" } }),
  "gateways/dc1/apis.json": [{ name: "plain" }],
  "subscriptions/all/subscriptionInformation.json": info({ scope: "/apis", state: "active", primaryKey: "key-1" }),
  "tags/t/tagInformation.json": info({ displayName: "t" }),
  "workspaces/team/workspaceInformation.json": info({ displayName: "Team" }),
  "workspaces/team/policy.xml": "<policies><inbound><base /></inbound></policies>",
  "workspaces/team/apis/inner/apiInformation.json": apiOf("inner"),
  "workspaces/team/apis/inner/specification.yaml": specification(),
  "workspaces/team/apis/inner/policy.xml": answers("inner"),
};

const urls: Readonly<Record<string, string>> = {
  plain: "plain/x",
  named: "named/x",
  marked: "marked/x",
  backed: "backed/x",
  sold: "sold/x",
  one: "parts/one",
  two: "parts/two",
  dated: "dated/v1/x",
  inner: "inner/x",
};
const names = Object.keys(urls);

/** Who may answer otherwise if a file is broken. */
function concernedBy(file: string): readonly string[] {
  const operation = /operations\/(one|two)\//.exec(file);
  if (operation !== null) return [operation[1]!];
  if (file.startsWith("workspaces")) return ["inner"];
  const [, kind, id] = /^([^/]+)\/([^/]+)/.exec(file)!;
  if (kind === "apis") return id === "parts" ? ["one", "two"] : [id!];
  return { greeting: ["named"], mark: ["marked"], main: ["backed"], open: ["sold"], dates: ["dated"] }[id!] ?? [];
}

const DEEP = JSON.parse(`${'{"a":['.repeat(200)}1${"]}".repeat(200)}`) as unknown;

/** What stands in place of a property, or of anything inside it; undefined takes it away. */
const values: readonly unknown[] = [
  undefined,
  null,
  7,
  -1,
  1e300,
  true,
  "",
  "nowhere",
  "{{missing}}",
  "a?b#c",
  "\u0000",
  "x".repeat(100_000),
  [],
  [null],
  [[]],
  {},
  { a: 1 },
  { name: null, value: {} },
  DEEP,
];
/** What stands in place of a whole file; null takes it away. */
const texts: readonly (string | null)[] = [
  null,
  "",
  "{",
  "[]",
  "null",
  '"text"',
  '{"properties": null}',
  '{"properties": []}',
  '{"__proto__": {"a": 1}, "properties": {"__proto__": {"b": 2}}}',
  "<policies><inbound></policies>",
  "<policies><inbound><no-such-policy /></inbound></policies>",
  "<policies><inbound><set-variable name='a' value='@(nobody)' /></inbound></policies>",
  "<policies><inbound><include-fragment fragment-id='nobody' /></inbound></policies>",
  "<policies><inbound><set-variable name='a' value='{{nobody}}' /></inbound></policies>",
  "<wrong />",
  "\u0000\uFFFD",
  "openapi: 3.0.1\npaths: [",
  "openapi: maybe\npaths: 7",
];

type Fault = { readonly at: readonly (string | number)[]; readonly value: unknown } | { readonly text: string | null };

/** Every place in an information file. */
function placesIn(data: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof data !== "object" || data === null) return [at];
  const keys = Array.isArray(data) ? [...data.keys()] : Object.keys(data);
  return [at, ...keys.flatMap((key) => placesIn((data as Record<string | number, unknown>)[key], [...at, key]))];
}

const places = Object.entries(estate).flatMap(([file, content]) =>
  typeof content === "string" ? [] : placesIn(content).flatMap((at) => (at.length === 0 ? [] : [{ file, at }])),
);

const faults: fc.Arbitrary<{ readonly file: string; readonly fault: Fault }> = fc.oneof(
  fc.record({ place: fc.constantFrom(...places), value: fc.constantFrom(...values) }).map(({ place, value }) => ({
    file: place.file,
    fault: { at: place.at, value },
  })),
  fc.record({ file: fc.constantFrom(...Object.keys(estate)), text: fc.constantFrom(...texts) }).map(({ file, text }) => ({
    file,
    fault: { text },
  })),
);

function broken(content: unknown, fault: Fault): string | null {
  if ("text" in fault) return fault.text;
  const data = structuredClone(content) as Record<string | number, unknown>;
  let part = data;
  for (const key of fault.at.slice(0, -1)) part = part[key] as Record<string | number, unknown>;
  if (fault.value === undefined) delete part[fault.at.at(-1)!];
  else part[fault.at.at(-1)!] = fault.value;
  return JSON.stringify(data, null, 2);
}

async function answersOf(folder: string): Promise<Record<string, string | number>> {
  const gateway = await createGateway(loadApiOps(folder), {
    lenient: true,
    transport: () => Promise.resolve({ status: 299, reason: "Through", headers: new Headers(), body: null }),
  });
  const found: Record<string, string | number> = {};
  for (const name of names) {
    const { status, body } = await gateway.handle({ method: "GET", url: `https://g.example/${urls[name]}`, headers: {} });
    found[name] = status === 200 ? Buffer.from(body as Uint8Array).toString() : status;
  }
  await gateway.close();
  return found;
}

const whole = Object.fromEntries(names.map((name) => [name, name]));

describe("an APIOps folder with one entity broken", () => {
  it("answers as before when none is", async () => {
    expect(await answersOf(write(estate))).toEqual(whole);
  });

  it("in any of many ways is served without it", async () => {
    const folder = write(estate);
    await fc.assert(
      fc.asyncProperty(faults, async ({ file, fault }) => {
        const path = join(folder, file);
        const text = broken(estate[file], fault);
        if (text === null) rmSync(path);
        else writeFileSync(path, text);
        try {
          const found = await answersOf(folder);
          const concerned = concernedBy(file);
          for (const name of names)
            if (!concerned.includes(name)) expect([name, found[name]]).toEqual([name, name]);
            else expect([name, 299, 401, 404, 405, 500, 503]).toContain(found[name]);
        } finally {
          write({ [file]: estate[file] }, folder);
        }
      }),
      { numRuns: Number(process.env["TURNPIKE_FAULTS"] ?? 60) },
    );
    rmSync(folder, { recursive: true });
  }, 600_000);
});
