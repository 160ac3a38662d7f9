import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { serve } from "@turnpike/adapters/node";
import { createGateway, type GatewayOutcome, Headers } from "@turnpike/core";
import { accessLogRecord } from "@turnpike/core/adapter";
import { builtInPolicies } from "@turnpike/core/tools";
import { describe, expect, it } from "vitest";
import { started } from "../../adapters/node/servers.js";
import { type ErrorCase, errorCases } from "./error-cases.js";
import { type ErrorName, errorList, type ListedError } from "./error-list.js";
import { explained, placeOf, whys } from "./explaining.js";
import { refusalCases, refusalsNotHere } from "./refusal-cases.js";

const inOrder = (a: string, b: string): number => a.localeCompare(b);

/** A text with blanks in braces, as a pattern. */
function pattern(text: string): RegExp {
  const parts = text.split(/\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".+")}$`, "s");
}

const cases = (Object.keys(errorList) as ErrorName[]).flatMap((name) => {
  const ways = errorCases[name];
  if ("notHere" in ways) return [];
  return ways.map((way) => [way.variant === undefined ? name : `${name}: ${way.variant}`, errorList[name], way] as const);
});

it("every row of the list is produced, or says why it cannot be", () => {
  const missing = Object.entries(errorCases).filter(([, ways]) =>
    "notHere" in ways ? ways.notHere.length < 20 : ways.length === 0,
  );
  expect(missing.map(([name]) => name)).toEqual([]);
  expect(Object.keys(errorCases).sort()).toEqual(Object.keys(errorList).sort());
});

const validation = builtInPolicies.filter(({ name }) => name.startsWith("validate-") && name !== "validate-jwt");

it("every error that a policy of validation declares is produced, or says why it cannot be", () => {
  const declared = validation.flatMap(({ name, errors = [] }) => errors.map(({ when }) => `${name}: ${when}`));
  const told = refusalCases.map(({ policy, of }) => `${policy}: ${of}`);
  expect([...told, ...Object.keys(refusalsNotHere)].toSorted(inOrder)).toEqual(declared.toSorted(inOrder));
});

const refusals = refusalCases.map((what) => {
  const { policy, of, status } = what;
  const { reason, message } = validation.find(({ name }) => name === policy)!.errors!.find(({ when }) => when === of)!;
  const listed: ListedError = { source: policy, reason, message: reason === null ? null : message, status: status ?? null };
  return [`${policy}: ${of}`, listed, what] as const;
});

describe("every refusal and failure says who, why and where", () => {
  it.each([...cases.filter(([, , { raw }]) => raw === undefined), ...refusals])("%s", async (_name, listed, what) => {
    const { trace, outcome, record, logged } = await explained(what);
    const { reason } = listed;
    const source = what.source ?? listed.source;
    const status = what.status ?? listed.status;
    expect(outcome.status).toBe(status);
    expect(whys(trace.steps).join("\n")).toMatch(what.why);
    expect(JSON.stringify([trace, record, logged])).not.toMatch(/canary|eyJ/);
    const by = what.by ?? { layer: "gateway", policy: source };
    expect(outcome.by).toMatchObject(by);
    expect(trace.answer.by).toMatchObject(by);
    expect(record).toMatchObject({ ResponseCode: status, AnsweredBy: by.layer, AnsweredByPolicy: by.policy ?? "" });
    const { noted = reason } = what;
    if (reason === null) expect([outcome.error, trace.error]).toEqual([null, null]);
    const failures = logged.filter(({ fields }) => fields["activityId"] === outcome.requestId && "reason" in fields);
    if (noted === null) return expect([outcome.errors, failures]).toEqual([[], []]);
    const error = reason === null ? outcome.errors.at(-1)! : outcome.error!;
    const isBuiltIn = source === "configuration" || source === "authorization";
    const element = what.element ?? source!;
    const section = isBuiltIn ? null : (what.section ?? "inbound");
    const scope = isBuiltIn ? null : (what.scope ?? "api");
    expect(error).toMatchObject({ source, reason: noted, section, scope });
    if (listed.message !== null) expect(error.message).toMatch(pattern(listed.message));
    const at = element === "default" ? "1:31" : placeOf(element, what);
    const place = isBuiltIn ? "" : (expect.stringMatching(new RegExp(`:${at}$`)) as string);
    if (reason === null) expect(record).toMatchObject({ Errors: [{ source, reason: noted, section, scope, place }] });
    else
      expect(record).toMatchObject({
        LastErrorReason: reason,
        LastErrorSource: source,
        LastErrorMessage: error.message,
        LastErrorSection: section ?? "",
        LastErrorScope: scope ?? "",
        LastErrorPlace: place,
      });
    const line = failures.findLast(({ fields }) => fields["reason"] === noted)!;
    expect(line.fields).toMatchObject({ policy: source, section, scope });
    expect(line.fields["place"] ?? "").toEqual(place);
    expect(line.level).toBe((line.fields["status"] as number) >= 500 ? "error" : "info");
  });

  it.each(cases.filter(([, , { raw }]) => raw !== undefined))("%s", async (_name, listed, what) => {
    const { outcome, logged } = await refusedByHost(what);
    expect(outcome).toMatchObject({ status: listed.status, by: { layer: "gateway", policy: "configuration" } });
    expect(outcome.error!.message).toMatch(what.why);
    expect(accessLogRecord(outcome)).toMatchObject({ ResponseCode: listed.status, AnsweredByPolicy: "configuration" });
    expect(logged).toMatchObject([{ activityId: outcome.requestId, policy: "configuration", reason: outcome.error!.reason }]);
  });
});

/** What the node adapter does not let through to the gateway. */
async function refusedByHost({ raw }: ErrorCase) {
  const outcomes: GatewayOutcome[] = [];
  const logged: object[] = [];
  const log = (fields: object): void => void logged.push(fields);
  const gateway = await createGateway(
    { apis: { a: { path: "a", operations: {} } } },
    { onOutcome: (outcome) => void outcomes.push(outcome), logger: { debug: log, info: log, warn: log, error: log } },
  );
  const server = createServer({ maxHeaderSize: 4_000 });
  serve(server, gateway);
  const { port } = await started(server);
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  socket.resume().write(raw!);
  await once(socket, "close");
  await gateway.close();
  server.close();
  return { outcome: outcomes.at(-1)!, logged };
}

describe("who answered", () => {
  it.each([
    ["the backend", "", { layer: "backend", policy: null }],
    [
      "a policy that returns",
      `<return-response><set-status code="200" reason="OK" /></return-response>`,
      { layer: "gateway", policy: "return-response" },
    ],
    ["a mock", `<mock-response status-code="200" />`, { layer: "gateway", policy: "mock-response" }],
  ])("%s", async (_what, inbound, expected) => {
    const { outcome } = await explained({ inbound });
    expect(outcome.by).toMatchObject(expected);
    expect([outcome.status, outcome.error]).toEqual([200, null]);
  });
});

it("a failing on-error loses neither error, and the caller sees none", async () => {
  const { outcome, logged } = await explained({
    inbound: `<set-variable name="a" value="@(((string)null).Length)" />`,
    onError: `<set-variable name="b" value="@(int.Parse("x"))" />`,
  });
  expect(outcome.errors.map(({ section, source }) => [section, source])).toEqual([
    ["inbound", "set-variable"],
    ["on-error", "set-variable"],
  ]);
  expect(logged.filter(({ level }) => level === "error")).toHaveLength(2);
});

it("a branch that is not taken says what its operands are, and a lookup what it found", async () => {
  const { trace } = await explained({
    inbound: `<choose><when condition="@(context.Request.Headers.GetValueOrDefault(&quot;X-Role&quot;, &quot;&quot;) == &quot;admin&quot;)" /><otherwise /></choose><cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />`,
    headers: { "X-Role": "clerk" },
  });
  expect(whys(trace.steps)).toEqual([
    `Its condition is false: context.Request.Headers.GetValueOrDefault("X-Role", "") is "clerk" (== "admin").`,
    "No branch before it was taken.",
    expect.stringMatching(/^Nothing is stored under the key /) as string,
  ]);
});

it("a miss says what is different from the answer that was stored last", async () => {
  const told = async (second: Record<string, string>, url = "https://gateway.example/a/x"): Promise<string> => {
    const gateway = await createGateway(
      {
        apis: {
          a: {
            path: "a",
            subscriptionRequired: false,
            serviceUrl: "https://backend.example",
            policy: `<policies><inbound><cache-lookup vary-by-developer="false" vary-by-developer-groups="false" allow-private-response-caching="true"><vary-by-header>X-Tenant</vary-by-header></cache-lookup></inbound><backend><forward-request /></backend><outbound><cache-store duration="60" /></outbound></policies>`,
            operations: { list: { method: "GET", urlTemplate: "/x" } },
          },
        },
      },
      {
        transport: () =>
          Promise.resolve({
            status: 200,
            reason: "OK",
            headers: new Headers([["Vary", "Accept-Language"]]),
            body: Buffer.from("x"),
          }),
      },
    );
    const first = { "X-Tenant": "CANARY-tenant", "Accept-Language": "de" };
    await gateway.handle({ method: "GET", url: "https://gateway.example/a/x?p=1", headers: first });
    const { trace } = await gateway.handle({ method: "GET", url, headers: second }, { trace: true });
    await gateway.close();
    expect(JSON.stringify(trace!.steps.map(({ why }) => why))).not.toContain("CANARY");
    return whys(trace!.steps)[0]!;
  };
  const said = (what: string): string => `The answer that was stored last for this URL was for another value of ${what}.`;
  const same = "https://gateway.example/a/x?p=1";
  expect(await told({ "X-Tenant": "other", "Accept-Language": "de" }, same)).toBe(said("the header X-Tenant"));
  expect(await told({ "X-Tenant": "CANARY-tenant", "Accept-Language": "fr" }, same)).toBe(said("the header accept-language"));
  expect(await told({ "X-Tenant": "other", "Accept-Language": "de" })).toBe(said("the query parameter p, the header X-Tenant"));
});

it("cors says which origin it compared with which", async () => {
  const cors = "<cors><allowed-origins><origin>https://shop.example</origin></allowed-origins></cors>";
  const asked = { Origin: "https://evil.example", "Access-Control-Request-Method": "GET" };
  const { trace, outcome } = await explained({ inbound: cors, headers: asked, request: { method: "OPTIONS" } });
  expect(outcome.by).toMatchObject({ layer: "gateway", policy: "cors" });
  expect(whys(trace.steps).join("; ")).toBe(
    "The origin https://evil.example is not among those allowed: https://shop.example:443.",
  );
});
