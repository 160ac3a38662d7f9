import { definePolicy, schema } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { type Sections, url, world } from "./support.js";

const nothing = `@((string)null)`;
const empty = `@(string.Empty)`;
const absent = `@(context.Request.Headers.GetValueOrDefault("X-Key", ""))`;

/** Policies with a value that must be there, in the place of VALUE; the field that the failure names; the section, if not inbound. */
const required: readonly (readonly [policy: string, source: string, field: string, section?: keyof Sections])[] = [
  [`<rate-limit-by-key calls="9" renewal-period="9" counter-key="VALUE" />`, "rate-limit-by-key", "counter-key"],
  [`<rate-limit-by-key calls="VALUE" renewal-period="9" counter-key="k" />`, "rate-limit-by-key", "calls"],
  [`<quota-by-key calls="9" renewal-period="300" counter-key="VALUE" />`, "quota-by-key", "counter-key"],
  [
    `<llm-token-limit counter-key="VALUE" tokens-per-minute="9" estimate-prompt-tokens="false" />`,
    "llm-token-limit",
    "counter-key",
  ],
  [`<limit-concurrency key="VALUE" max-count="9"><set-method>GET</set-method></limit-concurrency>`, "limit-concurrency", "key"],
  [`<cache-lookup-value key="VALUE" variable-name="v" />`, "cache-lookup-value", "key"],
  [`<cache-store-value key="VALUE" value="v" duration="9" />`, "cache-store-value", "key"],
  [`<cache-store-value key="k" value="v" duration="VALUE" />`, "cache-store-value", "duration"],
  [`<cache-remove-value key="VALUE" />`, "cache-remove-value", "key"],
  [`<trace source="s"><message>m</message><metadata name="n" value="VALUE" /></trace>`, "trace", "value"],
  [`<trace source="s"><message>m</message><metadata name="VALUE" value="v" /></trace>`, "trace", "name"],
  [`<rewrite-uri template="VALUE" />`, "rewrite-uri", "template"],
  [`<set-query-parameter name="VALUE"><value>v</value></set-query-parameter>`, "set-query-parameter", "name"],
  [`<set-header name="VALUE"><value>v</value></set-header>`, "set-header", "name"],
  [`<set-status code="VALUE" reason="r" />`, "set-status", "code", "outbound"],
  [`<set-method>VALUE</set-method>`, "set-method", "set-method"],
  [`<set-backend-service base-url="VALUE" />`, "set-backend-service", "base-url"],
  [`<set-backend-service backend-id="VALUE" />`, "set-backend-service", "backend-id"],
  [`<find-and-replace from="VALUE" to="t" />`, "find-and-replace", "from"],
  [`<ip-filter action="allow"><address>VALUE</address></ip-filter>`, "ip-filter", "address"],
  [`<authentication-basic username="VALUE" password="p" />`, "authentication-basic", "username"],
  [
    `<check-header name="VALUE" failed-check-httpcode="401" failed-check-error-message="m" ignore-case="true" />`,
    "check-header",
    "name",
  ],
  [
    `<send-request response-variable-name="VALUE"><set-url>https://x.example/</set-url></send-request>`,
    "send-request",
    "response-variable-name",
  ],
  [`<send-request response-variable-name="r"><set-url>VALUE</set-url></send-request>`, "send-request", "set-url"],
  [
    `<send-request response-variable-name="r"><set-url>https://x.example/</set-url><set-method>VALUE</set-method></send-request>`,
    "send-request",
    "set-method",
  ],
  [
    `<send-request response-variable-name="r"><set-url>https://x.example/</set-url><set-header name="VALUE"><value>v</value></set-header></send-request>`,
    "send-request",
    "name",
  ],
  [`<return-response><set-header name="VALUE"><value>v</value></set-header></return-response>`, "return-response", "name"],
];

describe("a required value that an expression leaves empty", () => {
  it.each(
    required.flatMap(([policy, source, field, section]) =>
      [nothing, empty, absent].map(
        (value) => [policy.replace("VALUE", () => value), source, field, section ?? "inbound"] as const,
      ),
    ),
  )("fails the request: %s", async (policy, source, field, section) => {
    const outcome = await (await world({ [section]: policy })).send({ url });
    expect(outcome.status).toBe(500);
    expect(JSON.parse(outcome.text)).toMatchObject({ statusCode: 500, message: "Internal server error" });
    expect(outcome.error).toMatchObject({
      source,
      reason: "ExpressionValueValidationFailure",
      message: `Expression value is invalid. The ${field} field is required.`,
      section,
    });
    expect(outcome.backendCalls).toHaveLength(section === "outbound" ? 1 : 0);
    expect(outcome.externalCalls).toHaveLength(0);
  });

  it("names the place inside a branch, and runs on-error", async () => {
    const limit = `<rate-limit-by-key calls="9" renewal-period="9" counter-key="${nothing}" />`;
    const outcome = await (
      await world({
        inbound: `<choose><when condition="@(true)">${limit}</when></choose>`,
        onError: `<set-status code="400" reason="No Key" />`,
      })
    ).send({ url });
    expect(outcome).toMatchObject({ status: 400, reason: "No Key", error: { path: "choose[1]\\when[1]\\rate-limit-by-key[1]" } });
  });

  it("is no failure of the expression: one that throws stays that", async () => {
    const policy = `<rate-limit-by-key calls="9" renewal-period="9" counter-key="@((string)context.Variables["none"])" />`;
    expect((await (await world(policy)).send({ url })).error).toMatchObject({ reason: "ExpressionValueEvaluationFailure" });
  });

  it("may be blank: that is a value", async () => {
    const policy = `<rate-limit-by-key calls="9" renewal-period="9" counter-key="@(" ")" />`;
    expect((await (await world(policy)).send({ url })).status).toBe(200);
  });
});

describe("where empty is a value", () => {
  it.each<[string, Sections]>([
    ["set-variable", { inbound: `<set-variable name="v" value="VALUE" />` }],
    ["set-body", { inbound: `<set-body>VALUE</set-body>` }],
    ["set-header", { inbound: `<set-header name="X-A"><value>VALUE</value></set-header>` }],
    ["set-query-parameter", { inbound: `<set-query-parameter name="a"><value>VALUE</value></set-query-parameter>` }],
    ["find-and-replace to", { outbound: `<find-and-replace from="a" to="VALUE" />` }],
    ["a stored value", { inbound: `<cache-store-value key="k" value="VALUE" duration="9" />` }],
    ["a password", { inbound: `<authentication-basic username="u" password="VALUE" />` }],
    ["a reason phrase", { outbound: `<set-status code="200" reason="VALUE" />` }],
    ["a trace's message", { inbound: `<trace source="s"><message>VALUE</message></trace>` }],
  ])("%s takes it", async (_what, sections) => {
    for (const value of [nothing, empty]) {
      const filled = Object.fromEntries(
        Object.entries(sections).map(([name, text]) => [name, (text as string).replace("VALUE", () => value)]),
      );
      expect(await (await world(filled)).send({ url })).toMatchObject({ status: 200, error: null });
    }
  });
});

describe("a policy of one's own", () => {
  const own = definePolicy({
    name: "own",
    category: "transformation",
    summary: "Shows its values.",
    sections: ["inbound"],
    scopes: ["api"],
    attributes: {
      must: schema.text({ required: true, expressions: true, notes: "Must be there." }),
      wants: schema.text({ expressions: true, empty: "refused", notes: "Wants a value." }),
      takes: schema.text({ required: true, expressions: true, empty: "allowed", notes: "Takes anything." }),
    },
    children: {},
    compile:
      ({ attributes }) =>
      (exchange) => {
        exchange.variables.set(
          "seen",
          [attributes.must, attributes.wants, attributes.takes].map((one) => one?.get(exchange)).join("|"),
        );
        return "continue";
      },
  });
  const send = async (attributes: string) => (await world(`<own ${attributes} />`, { policies: [own] })).send({ url });

  it.each([
    [`must="${empty}" takes="t"`, "must"],
    [`must="m" wants="${nothing}" takes="t"`, "wants"],
  ])("has the check from its schema: %s", async (attributes, field) => {
    expect((await send(attributes)).error).toMatchObject({
      source: "own",
      message: `Expression value is invalid. The ${field} field is required.`,
    });
  });

  it("says where empty is a value", async () => {
    expect((await send(`must="m" takes="${empty}"`)).variables).toEqual({ seen: "m||" });
  });
});
