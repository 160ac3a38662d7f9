import { createGateway } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { document, url, world } from "../policies/support.js";

const numbers = (count: number): string => `{"a":[${"1,".repeat(count)}1]}`;
const toXml = '<json-to-xml apply="always" consider-accept-header="false" />';
const read = '<set-variable name="v" value="@(context.Request.Body.As&lt;JObject&gt;(true)[&quot;a&quot;].HasValues)" />';
const readResponse =
  '<set-variable name="v" value="@(context.Response.Body.As&lt;JObject&gt;(true)[&quot;a&quot;].HasValues)" />';
const caught = `<set-variable name="v" value="@{
  try { return context.Request.Body.As&lt;JObject&gt;(true).Count; } catch (Exception) { return -1; } finally { context.Variables.ToString(); }
}" />`;
const twice =
  '<set-variable name="v" value="@(context.Request.Body.As&lt;JObject&gt;(true).Count + context.Request.Body.As&lt;JObject&gt;(true).Count)" />';
const post = (body: string) => ({ method: "POST", url, body });
const message = "The body of 800009 bytes takes 406256 units of work to read; limits.bodyWork allows 150000.";

describe("a body that takes more work than it may", () => {
  it.each([
    ["a conversion", toXml],
    ["an expression", read],
    ["an expression that would catch it", caught],
    ["a template", '<set-body template="liquid">{{body.a}}</set-body>'],
  ])("is refused before it is looked into: %s", async (_name, policy) => {
    const outcome = await (await world(policy)).send(post(numbers(400_000)));
    expect([outcome.status, outcome.error?.reason, outcome.error?.message]).toEqual([413, "RequestEntityTooLarge", message]);
    expect(JSON.parse(outcome.text)).toMatchObject({ statusCode: 413, message: "Request entity too large" });
    expect(outcome.backendCalls).toHaveLength(0);
  });

  it("is no fault of the caller's where a backend sent it", async () => {
    const policy = await world({ outbound: readResponse }, { backend: [{ reply: { body: numbers(400_000) } }] });
    const outcome = await policy.send({ url });
    expect([outcome.status, outcome.error?.reason, outcome.error?.message]).toEqual([
      502,
      "ResponseEntityTooLarge",
      message.replace("The body", "The body of the response"),
    ]);
    expect(outcome.text).not.toContain("bodyWork");
  });

  it("does not fit where it is validated", async () => {
    const validate = `<validate-content unspecified-content-type-action="ignore" max-size="4194304" size-exceeded-action="prevent" errors-variable-name="e">
      <content type="application/json" validate-as="json" schema-id="any" action="ACTION" /></validate-content>`;
    const outcome = async (action: string) => {
      const gateway = await createGateway(
        {
          schemas: { any: "{}" },
          apis: {
            a: {
              path: "orders",
              serviceUrl: "https://a.internal",
              subscriptionRequired: false,
              policy: document({ inbound: validate.replace("ACTION", action), backend: "<return-response />" }),
              operations: { post: { method: "POST", urlTemplate: "/" } },
            },
          },
        },
        {},
      );
      const { status, body } = await gateway.handle({
        ...post(numbers(400_000)),
        headers: { "Content-Type": "application/json" },
        body: Buffer.from(numbers(400_000)),
      });
      return [status, body === null ? "" : Buffer.from(body as Uint8Array).toString()];
    };
    const [status, text] = await outcome("prevent");
    expect(status).toBe(400);
    // Names and sizes are for operators.
    expect(text).toContain("The body takes too much work to read.");
    expect(text).not.toMatch(/limits|bodyWork|\d{5}/);
    expect((await outcome("detect"))[0]).toBe(200);
  });

  it("is read where the gateway allows more", async () => {
    for (const policy of [toXml, read, caught])
      expect((await (await world(policy, { limits: { bodyWork: 1_000_000 } })).send(post(numbers(400_000)))).status).toBe(200);
  });

  it("counts each reading of one expression, and each policy anew", async () => {
    const body = post(numbers(100_000));
    expect((await (await world(read + read + read)).send(body)).status).toBe(200);
    expect((await (await world(twice)).send(body)).status).toBe(413);
  });

  it.each([
    ["JObject.Parse", "JObject.Parse(TEXT).Count"],
    ["JToken.Parse", "JToken.Parse(TEXT).HasValues"],
    ["JArray.Parse", 'JArray.Parse("[" + TEXT + "]").Count'],
    ["JsonConvert.DeserializeObject", "JsonConvert.DeserializeObject(TEXT)"],
    ["JsonConvert.DeserializeObject<T>", "JsonConvert.DeserializeObject&lt;JObject&gt;(TEXT)"],
    ["XElement.Parse", 'XElement.Parse("&lt;r&gt;" + TEXT + "&lt;/r&gt;").Name'],
    ["XDocument.Parse", 'XDocument.Parse("&lt;r&gt;" + TEXT + "&lt;/r&gt;").Root'],
    ["a body and its text", "context.Request.Body.As&lt;JObject&gt;(true).Count + JObject.Parse(TEXT).Count", 100_000],
  ])("is not read as a text either: %s", async (_name, expression, count = 400_000) => {
    const policy = `<set-variable name="v" value="@{ try { return ${expression.replace("TEXT", "context.Request.Body.As&lt;string&gt;(true)").replaceAll('"', "&quot;")}; } catch (Exception) { return null; } }" />`;
    const outcome = await (await world(policy)).send(post(numbers(count)));
    expect([outcome.status, outcome.error?.reason]).toEqual([500, "ExpressionValueEvaluationFailure"]);
    expect(outcome.error?.message).toMatch(
      /A text of \d{6} characters takes \d{6} units of work to read; limits\.bodyWork allows 150000(?:, of which \d+ are left)?\.$/,
    );
    expect(outcome.text).not.toContain("bodyWork");
  });

  it("may be as long as is buffered where there is little in it", async () => {
    const body = post(`{"a":["${"x".repeat(4_000_000)}"]}`);
    expect((await (await world(read)).send(body)).status).toBe(200);
  });
});

it("others have their turn between policies that take much apart", async () => {
  const gateway = await createGateway({
    apis: {
      a: {
        path: "orders",
        serviceUrl: "https://a.internal",
        subscriptionRequired: false,
        policy: document({ inbound: read.repeat(4), backend: "<return-response />" }),
        operations: { post: { method: "POST", urlTemplate: "/" } },
      },
    },
  });
  const turnsDuring = async (count: number): Promise<number> => {
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns++;
      if (!isOver) setImmediate(turn);
    };
    const pending = gateway.handle({ ...post(""), headers: {}, body: Buffer.from(numbers(count)) });
    setImmediate(turn);
    expect((await pending).status).toBe(200);
    isOver = true;
    return turns;
  };
  expect(await turnsDuring(10)).toBe(0);
  expect(await turnsDuring(100_000)).toBeGreaterThanOrEqual(2);
});
