import { policyTest } from "@turnpike/core/testing";
import { expect, it } from "vitest";
import { document } from "../policies/support.js";

const expression = `context.Request.Foundry.Deployment ?? "none"`;

it.each([
  ["https://api.example/openai/deployments/gpt%204/chat/completions?api-version=1", `{"model":"other"}`, "gpt 4"],
  ["https://api.example/openai/v1/chat/completions", `{"model":"gpt-5","messages":[]}`, "gpt-5"],
  ["https://api.example/openai/v1/chat/completions", `{"messages":[]}`, "none"],
  ["https://api.example/openai/v1/chat/completions", "no json", "none"],
  ["https://api.example/openai/v1/chat/completions", "", "none"],
])("context.Request.Foundry.Deployment of %s %s", async (url, body, expected) => {
  const policy = await policyTest({ policy: document(`<set-header name="X-D"><value>@(${expression})</value></set-header>`) });
  const { backendCalls } = await policy.send({ method: "POST", url, body });
  expect(backendCalls[0]!.headers.get("X-D")).toBe(expected);
  // The body goes on as it came.
  expect(Buffer.from(backendCalls[0]!.body).toString()).toBe(body);
});
