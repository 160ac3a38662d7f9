import { policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { document } from "./support.js";

async function seen(
  sections: Parameters<typeof document>[0],
  body: string,
  type = "application/json",
  serviceUrl = "https://people.internal/api/",
) {
  const policy = await policyTest({
    policy: document(sections),
    context: { api: { path: "people/v2", serviceUrl } },
    backend: [{ reply: { headers: { "Content-Type": type, Location: "https://people.internal/api/1" }, body } }],
  });
  return policy.send({ url: "https://api.example:8443/people/v2/x", method: "POST", headers: { "Content-Type": type }, body });
}

const gateway = "https://api.example:8443/people/v2";

describe("redirect-content-urls", () => {
  it.each([
    [`"https://people.internal/api/1?x=2"`, `"${gateway}/1?x=2"`],
    [`"https://people.internal/api"`, `"${gateway}"`],
    [`"HTTP://People.Internal/api/1"`, `"${gateway}/1"`],
    [`"https:\\/\\/people.internal\\/api\\/1"`, `"${gateway.replaceAll("/", "\\/")}\\/1"`],
    [`"https://people.internal/apiary"`, `"https://people.internal/apiary"`],
    [`"https://people.internal/API/1"`, `"https://people.internal/API/1"`],
    [`"https://people.internal/"`, `"https://people.internal/"`],
    [`"https://people.internal.evil/api"`, `"https://people.internal.evil/api"`],
    [`"see https://people.internal/api."`, `"see ${gateway}."`],
  ])("%s becomes %s", async (body, expected) => {
    const { text, headers } = await seen({ outbound: "<redirect-content-urls />" }, body);
    expect([text, headers.get("Location")]).toEqual([expected, "https://people.internal/api/1"]);
  });

  it("knows the backend in force, and bases without a path", async () => {
    const inbound = `<set-backend-service base-url="http://other.internal:81" />`;
    const body = "http://other.internal:81/a http://other.internal:810/b https://people.internal/api";
    expect((await seen({ inbound, outbound: "<redirect-content-urls />" }, body)).text).toBe(
      `${gateway}/a http://other.internal:810/b https://people.internal/api`,
    );
  });

  it("goes the other way in inbound", async () => {
    const { backendCalls } = await seen("<redirect-content-urls />", `"${gateway}/7"`);
    expect(Buffer.from(backendCalls[0]!.body).toString()).toBe(`"https://people.internal/api/7"`);
  });

  it.each([
    ["text/html", true],
    ["application/soap+xml; charset=utf-8", true],
    ["application/javascript", true],
    ["image/png", false],
    ["application/octet-stream", false],
  ])("searches %s: %s", async (type, isSearched) => {
    const { text } = await seen({ outbound: "<redirect-content-urls />" }, "https://people.internal/api/1", type);
    expect(text).toBe(isSearched ? `${gateway}/1` : "https://people.internal/api/1");
  });
});
