import { policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { document, url } from "./support.js";

const schema = {
  type: "object",
  properties: {
    id: { type: "integer", minimum: 7 },
    name: { type: "string", example: "Ann" },
    state: { enum: ["open", "shut"] },
    tags: { type: "array", items: { type: "string", format: "date" } },
    parent: { $ref: "#" },
    more: { allOf: [{ properties: { a: { type: "boolean" } } }, { properties: { b: { default: 3 } } }] },
  },
};

async function answer(attributes: string, outbound = false) {
  const mock = `<mock-response ${attributes} />`;
  const policy = await policyTest({
    gateway: {
      apis: {
        a: {
          path: "",
          serviceUrl: "https://backend.example",
          subscriptionRequired: false,
          policy: document(outbound ? { outbound: mock } : mock),
          operations: {
            get: {
              method: "GET",
              urlTemplate: "/*",
              responses: [
                {
                  statusCode: 200,
                  representations: [
                    { contentType: "application/json", example: '{"a":1}' },
                    { contentType: "text/plain; charset=utf-8", example: "plain" },
                  ],
                },
                { statusCode: 201, representations: [{ contentType: "application/json", schema }] },
                { statusCode: 204 },
              ],
            },
          },
        },
      },
    },
  });
  const { status, reason, headers, text, backendCalls } = await policy.send({ url });
  return { status, reason, type: headers.get("Content-Type"), text, calls: backendCalls.length };
}

describe("mock-response", () => {
  it.each([
    ["", { status: 200, type: "application/json", text: '{"a":1}' }],
    [`content-type="text/plain"`, { status: 200, type: "text/plain", text: "plain" }],
    [`content-type="text/csv"`, { status: 200, type: "text/csv", text: "" }],
    [`status-code="204"`, { status: 204, type: null, text: "" }],
    [`status-code="404"`, { status: 404, reason: "Not Found", type: null, text: "" }],
  ])("answers %s", async (attributes, expected) => {
    expect(await answer(attributes)).toMatchObject({ ...expected, calls: 0 });
  });

  it("makes a sample of a schema", async () => {
    const { status, text } = await answer(`status-code="201"`);
    expect(status).toBe(201);
    const sample = JSON.parse(text) as Record<string, unknown>;
    expect(sample).toMatchObject({ id: 7, name: "Ann", state: "open", tags: ["2020-01-01"], more: { a: false, b: 3 } });
    expect(sample["parent"]).toMatchObject({ id: 7, name: "Ann" });
  });

  it("replaces the backend's answer in outbound", async () => {
    expect(await answer("", true)).toMatchObject({ text: '{"a":1}', calls: 1 });
  });
});
