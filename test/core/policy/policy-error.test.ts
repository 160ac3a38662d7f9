import { createGateway, definePolicy, Headers, MessageBody, policyError } from "@turnpike/core";
import { expect, it } from "vitest";

const refused = policyError({
  when: "the key is not known",
  status: 403,
  statusReason: "No Such Key",
  reason: "KeyUnknown",
  message: "The key '{key}' of {owner} is not known.",
  toCaller: "Ask {owner} for a key.",
});
const late = policyError({ when: "it is late", status: "503 or 504", reason: "Late", message: "Late." });

it("is what its page says", () => {
  const { when, status, reason, message, toCaller } = refused;
  expect({ when, status, reason, message, toCaller }).toEqual({
    when: "the key is not known",
    status: 403,
    reason: "KeyUnknown",
    message: "The key '{key}' of {owner} is not known.",
    toCaller: "Ask {owner} for a key.",
  });
});

it("fills in what stands in braces, once", () => {
  const error = refused.error({ key: "{owner} $& {key}", owner: "Ann" });
  expect(error.message).toBe("The key '{owner} $& {key}' of Ann is not known.");
  expect(error.options.bodyMessage).toBe("Ask Ann for a key.");
  expect(refused.text({ key: 1, owner: 2 })).toBe("The key '1' of 2 is not known.");
});

it("takes a status where the declared one depends on something", () => {
  expect(late.error({}, { status: 504 }).status).toBe(504);
  // @ts-expect-error the status is missing
  expect(() => late.error()).toThrow("Invalid error Late: status is missing: expected a number.");
});

it("knows its blanks by type", () => {
  // @ts-expect-error there is no owner
  expect(refused.text({ key: "k" })).toContain("undefined");
});

it("answers the caller when it is thrown", async () => {
  const policy = definePolicy({
    name: "own",
    category: "authorization",
    summary: "Refuses.",
    sections: ["inbound"],
    scopes: ["api"],
    attributes: {},
    children: {},
    errors: [refused],
    compile: () => () => {
      throw refused.error({ key: "k", owner: "Ann" }, { headers: [["X-Hint", "none"]] });
    },
  });
  const gateway = await createGateway(
    {
      apis: {
        a: {
          path: "a",
          subscriptionRequired: false,
          policy: "<policies><inbound><own /></inbound></policies>",
          operations: { all: { method: "GET", urlTemplate: "/*" } },
        },
      },
    },
    { policies: [policy] },
  );
  const answer = await gateway.handle({ method: "GET", url: "http://gateway/a/b", headers: new Headers() });
  const body = answer.body instanceof Uint8Array ? answer.body : new MessageBody(answer.body).bytes;
  expect([answer.status, answer.reason, answer.headers.get("X-Hint"), Buffer.from(body!).toString()]).toEqual([
    403,
    "No Such Key",
    "none",
    '{ "statusCode": 403, "message": "Ask Ann for a key." }',
  ]);
});
