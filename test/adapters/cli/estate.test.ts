import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { running, turnpike } from "./support.js";

const root = mkdtempSync(join(tmpdir(), "turnpike-estate-"));
afterAll(() => rmSync(root, { recursive: true }));

let made = 0;
function folderOf(files: Readonly<Record<string, string | object>>): string {
  const folder = join(root, String(++made));
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

const specification = {
  openapi: "3.0.1",
  info: { title: "E", version: "1" },
  paths: { "/": { get: { operationId: "get", responses: {} } } },
};
const answer = "<policies><inbound><return-response /></inbound></policies>";

/** An API in a folder as the extractor writes it. */
const api = (path: string, more: object = {}, policy = answer): Record<string, string | object> => ({
  [`apis/${path}/apiInformation.json`]: { properties: { path, displayName: path, subscriptionRequired: false, ...more } },
  [`apis/${path}/specification.json`]: specification,
  [`apis/${path}/policy.xml`]: policy,
});

/** Runs `turnpike run` while something is done. */
async function during<T>(
  folder: string,
  options: readonly string[],
  work: (url: string) => Promise<T>,
): Promise<T & { err: string }> {
  const { url, complaints, stop } = await running(folder, ...options);
  try {
    return { ...(await work(url)), err: complaints.join("\n") };
  } finally {
    await stop();
  }
}

const statuses =
  (...paths: string[]) =>
  async (url: string) => ({
    statuses: await Promise.all(paths.map(async (path) => (await fetch(`${url}/${path}`)).status)),
  });

describe("turnpike run serves a folder", () => {
  it("whose APIs are served by https only, on a listener without TLS", async () => {
    const folder = folderOf({ ...api("safe", { protocols: ["https"] }), ...api("plain", { protocols: ["http"] }) });
    expect((await during(folder, [], statuses("safe", "plain"))).statuses).toEqual([200, 200]);
    expect((await during(folder, ["--scheme", "http"], statuses("safe", "plain"))).statuses).toEqual([404, 200]);
    expect((await during(folder, ["--scheme", "https"], statuses("safe", "plain"))).statuses).toEqual([200, 404]);
  });

  it("and a request to such an API has come by https for its policies", async () => {
    const policy = `<policies><inbound><return-response><set-header name="X-Scheme" exists-action="override">
      <value>@(context.Request.OriginalUrl.Scheme + " " + context.Request.OriginalUrl.Host)</value></set-header></return-response></inbound></policies>`;
    const folder = folderOf(api("safe", { protocols: ["https"] }, policy));
    const { scheme } = await during(folder, [], async (url) => ({
      scheme: (await fetch(`${url}/safe`)).headers.get("x-scheme"),
    }));
    expect(scheme).toBe("https 127.0.0.1");
  });

  it("by the word of a trusted proxy", async () => {
    const folder = folderOf(api("safe", { protocols: ["https"] }));
    const forwarded = async (url: string) => ({
      status: (await fetch(`${url}/safe`, { headers: { "X-Forwarded-Proto": "https" } })).status,
    });
    expect((await during(folder, ["--scheme", "http"], forwarded)).status).toBe(404);
    expect((await during(folder, ["--scheme", "http", "--trust-proxy", "127.0.0.0/8"], forwarded)).status).toBe(200);
  });

  it("whose APIs have an empty service URL", async () => {
    const folder = folderOf(api("echo", { serviceUrl: "" }));
    expect((await during(folder, [], statuses("echo"))).statuses).toEqual([200]);
  });

  it("whose loggers need secrets that are not there", async () => {
    const folder = folderOf({
      ...api("echo"),
      "named values/k/namedValueInformation.json": { properties: { displayName: "logger-key", secret: true } },
      "loggers/l/loggerInformation.json": {
        properties: { loggerType: "applicationInsights", credentials: { instrumentationKey: "{{logger-key}}" } },
      },
    });
    expect((await during(folder, [], statuses("echo"))).statuses).toEqual([200]);
    expect((await turnpike("check", folder)).code).toBe(0);
  });

  it("whose operations stand in files of their own", async () => {
    const operation = (method: string, urlTemplate: string) => ({
      properties: {
        displayName: "An operation",
        method,
        urlTemplate,
        templateParameters: urlTemplate.includes("{")
          ? [{ name: "id", type: "string", required: true, values: [], schemaId: "s" }]
          : [],
        request: {
          queryParameters: [],
          headers: [],
          representations: [
            { contentType: "application/json", schemaId: "s", typeName: "T", examples: { default: { value: "{}" } } },
          ],
        },
        responses: [{ statusCode: 200, description: "", representations: [], headers: [] }],
      },
    });
    const { ["apis/soap/specification.json"]: _, ...soap } = api("soap", { type: "soap" });
    const folder = folderOf({
      ...api("rest"),
      "apis/rest/operations/get/operationInformation.json": operation("GET", "/moved/{id}"),
      ...soap,
      "apis/soap/operations/add/operationInformation.json": operation("POST", "/?soapAction=urn:add"),
      "apis/soap/operations/add/policy.xml":
        '<policies><inbound><return-response><set-status code="202" /></return-response></inbound></policies>',
      "apis/soap/operations/take/operationInformation.json": operation("POST", "/?soapAction=urn:take"),
    });
    const asked = async (url: string) => ({
      statuses: await Promise.all(
        [
          ["GET", "rest/moved/1"],
          ["GET", "rest/"],
          ["POST", "soap/?soapAction=urn:add"],
          ["POST", "soap/?soapAction=urn:take"],
          ["POST", "soap/?soapAction=urn:none"],
        ].map(async ([method, path]) => (await fetch(`${url}/${path}`, { method: method! })).status),
      ),
    });
    expect((await during(folder, [], asked)).statuses).toEqual([200, 404, 202, 200, 404]);
  });

  it("in which secrets are blotted out, as values that are missing", async () => {
    const blotted = "*** REDACTED ***";
    const folder = folderOf({
      ...api("plain"),
      ...api("keyed", {}, "<policies><inbound><set-variable name='a' value='{{key}}' /><return-response /></inbound></policies>"),
      "namedValues/key/namedValueInformation.json": { properties: { displayName: "key", secret: true, value: blotted } },
      "subscriptions/s/subscriptionInformation.json": { properties: { scope: "/apis", state: "active", primaryKey: blotted } },
    });
    expect((await during(folder, [], statuses("plain", "keyed"))).statuses).toEqual([200, 503]);
  });

  it("without what cannot be used, and says so in a few lines", async () => {
    const folder = folderOf({
      ...api("good"),
      ...api("broken", {}, "<policies><inbound><no-such-policy /></inbound></policies>"),
      ...api(
        "secret",
        {},
        "<policies><inbound><set-variable name='a' value='{{missing-key}}' /><return-response /></inbound></policies>",
      ),
      ...api("versioned", { apiVersion: "v1", apiVersionSetId: "/apiVersionSets/none" }),
      "apis/torn/apiInformation.json": '{"properties": {',
      "named values/k/namedValueInformation.json": { properties: { displayName: "missing-key", secret: true } },
      "backends/b/backendInformation.json": "no JSON",
    });
    const { statuses: answers, err } = await during(folder, [], statuses("good", "broken", "secret", "versioned", "torn"));
    expect(answers).toEqual([200, 503, 503, 503, 404]);
    expect(err).toMatch(/^Set aside: (?=.*4 APIs)(?=.*1 backend)(?=.*1 named value)/);
    expect(err).toMatch(/^ {2}API broken: \S+policy\.xml:1:20 TP2002 There is no policy no-such-policy\.$/m);
    expect(err).toMatch(/^ {2}named value missing-key: .*namedValueInformation\.json:1:1 TP3006 /m);
  });

  it("unless nothing of it can be served", async () => {
    const folder = folderOf(api("broken", {}, "<policies><inbound><no-such-policy /></inbound></policies>"));
    const { code, err } = await turnpike("run", folder, "--port", "0");
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/There is no policy no-such-policy[\s\S]*Nothing of the configuration can be served\./),
    ]);
  });

  it("only as a whole with --strict", async () => {
    const folder = folderOf({
      ...api("good"),
      ...api("broken", {}, "<policies><inbound><no-such-policy /></inbound></policies>"),
    });
    const { code, err } = await turnpike("run", folder, "--port", "0", "--strict");
    expect([code, err]).toEqual([1, expect.stringContaining("There is no policy no-such-policy.")]);
  });
});

it.each([
  ["--scheme", "ftp", "Invalid value 'ftp' of '--scheme': expected http or https."],
  ["--trust-proxy", "nowhere", "Invalid value 'nowhere' of '--trust-proxy'"],
])("turnpike run refuses %s %s", async (option, value, complaint) => {
  const { code, err } = await turnpike("run", folderOf(api("echo")), "--port", "0", option, value);
  expect([code, err]).toEqual([2, expect.stringContaining(complaint)]);
});

describe("turnpike check tells every finding of a folder", () => {
  const folder = folderOf({
    ...api("one", {}, "<policies><inbound><no-such-policy /></inbound></policies>"),
    ...api("two", { colour: 1, serviceUrl: "nowhere" }),
    "apis/torn/apiInformation.json": '{"properties": {',
  });

  it.each([
    ["as the configuration is", [], 1],
    ["with --lenient", ["--lenient"], 0],
  ])("%s", async (_what, options, code) => {
    const result = await turnpike("check", folder, ...options);
    expect(result.code).toBe(code);
    for (const finding of [
      "There is no policy no-such-policy.",
      '"nowhere" is not an absolute http or https URL.',
      "The file is not JSON",
    ])
      expect(result.out).toContain(finding);
  });
});
