import { builtInPolicies } from "@turnpike/core/tools";
import { expect, it } from "vitest";
import { turnpike } from "./support.js";

it("explains a policy: what it does, how open questions are read, how it fails", async () => {
  const { code, out } = await turnpike("policies", "ip-filter");
  expect(code).toBe(0);
  expect(out).toContain("Lets calls through, or turns them away");
  expect(out).toContain("readings (where the reference leaves a question open)\n  refusals are 403\n");
  expect(out).toContain("  CallerIpBlocked  403  action forbid, and the caller is listed\n");
  expect(out).toContain("      Caller IP address is blocked. Access denied.\n      to the caller: Forbidden\n");
});

it("tells the attribute whose text callers are told", async () => {
  const { out } = await turnpike("policies", "validate-jwt");
  expect(out).toContain("to the caller: failed-validation-error-message, otherwise: Invalid JWT.");
});

it("gives all of it as JSON, one object a line", async () => {
  const { out } = await turnpike("policies", "--json");
  const all = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(all).toHaveLength(builtInPolicies.flatMap(({ name, aliases = [] }) => [name, ...aliases]).length);
  for (const policy of all)
    expect([policy["remarks"], policy["readings"], policy["errors"]].every(Array.isArray), String(policy["name"])).toBe(true);
  expect(all.find((policy) => policy["name"] === "check-header")!["errors"]).toContainEqual({
    when: "the header is absent or empty",
    status: "`failed-check-httpcode`",
    reason: "HeaderNotFound",
    message: "Header {name} was not found in the request. Access denied.",
    toCaller: null,
    toCallerFrom: "failed-check-error-message",
  });
});
