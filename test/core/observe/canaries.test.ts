import { createGateway, type GatewayOutcome, Headers } from "@turnpike/core";
import { accessLogRecord, accessLogText, apimTrace } from "@turnpike/core/adapter";
import { expect, it } from "vitest";

const basic = Buffer.from("svc:CANARY-basic-1").toString("base64");
const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJDQU5BUlkifQ.c2lnbmF0dXJlLUNBTkFSWQ";
const read = (name: string) => `context.Request.Headers.GetValueOrDefault(&quot;${name}&quot;, &quot;&quot;)`;

it("traces and logs hold no secret, wherever it stands", async () => {
  const outcomes: GatewayOutcome[] = [];
  const logged: unknown[] = [];
  const log = (fields: object, message: string): void => void logged.push(fields, message);
  const gateway = await createGateway(
    {
      namedValues: { hidden: { secret: true, value: "CANARY-named-1" } },
      backends: {
        b: {
          url: "https://u:CANARY-user-1@backend.example/?code=CANARY-code-1",
          credentials: { header: { "X-Key": ["CANARY-backend-1"] } },
        },
      },
      apis: {
        a: {
          path: "a",
          subscriptionKeyParameterNames: { header: "X-Own-Name", query: "own" },
          operations: { x: { method: "POST", urlTemplate: "/x" } },
          policy: `<policies><inbound><base /><set-backend-service backend-id="b" />
            <set-variable name="basic" value="@(${read("Authorization")})" />
            <set-variable name="cookie" value="@(${read("Cookie")})" />
            <set-variable name="token" value="@(${read("X-Jwt")})" />
            <set-variable name="named" value="{{hidden}}" />
            <set-variable name="url" value="@(context.Request.OriginalUrl.ToString())" />
            <set-variable name="key" value="@(context.Subscription.Key)" />
            <trace source="t"><message>@(${read("Authorization")} + &quot; {{hidden}}&quot;)</message></trace>
            <set-header name="Authorization" exists-action="override"><value>Bearer CANARY-bearer-1</value></set-header>
            <set-header name="X-Copy" exists-action="override"><value>@(${read("X-Jwt")})</value></set-header></inbound>
            <backend><base /></backend><outbound><base /><set-variable name="f" value="@{ throw new Exception(context.Request.Headers[&quot;Cookie&quot;][0]); }" /></outbound><on-error><base /></on-error></policies>`,
        },
      },
      products: { p: { name: "P", apis: ["a"] } },
      subscriptions: { s: { scope: "product/p", primaryKey: "CANARY-subscription-1" } },
    },
    {
      transport: () =>
        Promise.resolve({
          status: 200,
          reason: "OK",
          headers: new Headers([["Set-Cookie", "s=CANARY-set-cookie-1"]]),
          body: null,
        }),
      logger: { debug: log, info: log, warn: log, error: log },
      onOutcome: (outcome) => void outcomes.push(outcome),
      accessLog: true,
    },
  );
  const { trace } = await gateway.handle(
    {
      method: "POST",
      url: "https://gateway.example/a/x?own=CANARY-subscription-1&sig=CANARY-sig-1&access_token=CANARY-access-1",
      headers: { Authorization: `Basic ${basic}`, Cookie: "session=CANARY-cookie-1", "X-Jwt": jwt },
      body: "password=CANARY-body-1",
    },
    { trace: true },
  );
  await gateway.close();
  expect(trace!.steps.map(({ policy }) => policy)).toContain("trace");
  expect(outcomes[0]!.error?.reason).toBe("ExpressionValueEvaluationFailure");
  const shown = JSON.stringify([
    trace,
    apimTrace(trace!, "s"),
    outcomes.map(({ errors, error, ...outcome }) => [outcome, accessLogRecord({ ...outcome, errors, error })]),
    outcomes.map(accessLogText),
  ]);
  for (const secret of [
    "CANARY-named",
    "CANARY-subscription",
    "CANARY-sig",
    "CANARY-access",
    "CANARY-basic",
    "CANARY-user",
    "CANARY-code",
    "CANARY-backend",
    "CANARY-bearer",
    "CANARY-body",
    "CANARY-set-cookie",
    "CANARY-cookie",
    basic,
    jwt,
  ])
    expect([secret, shown.includes(secret)]).toEqual([secret, false]);
  expect(JSON.stringify(trace)).not.toContain("CANARY");
  expect(JSON.stringify(logged)).not.toMatch(/CANARY-(?:named|subscription|sig|access|user|code|backend|bearer|body|cookie)/);
});
