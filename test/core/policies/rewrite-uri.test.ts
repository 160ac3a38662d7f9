import { policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { document } from "./support.js";

async function forwarded(inbound: string, urlTemplate: string, path: string): Promise<string> {
  const policy = await policyTest({
    policy: document(inbound),
    context: {
      api: { path: "shop", serviceUrl: "https://shop.internal/v2/" },
      operation: { id: "op", method: "GET", urlTemplate },
    },
  });
  const { backendCalls, error } = await policy.send({ url: `https://api.example/shop${path}` });
  return backendCalls[0]?.url ?? `${error?.reason}: ${error?.message}`;
}

const rewrite = (template: string, copy = ""): string => `<rewrite-uri template="${template}" ${copy} />`;
const strict = 'copy-unmatched-params="false"';

describe("rewrite-uri", () => {
  it.each([
    ["fills in", rewrite("/items/{id}"), "/a/{id}", "/a/42", "/items/42"],
    ["gets a slash", rewrite("items"), "/a", "/a", "/items"],
    ["copies what the template does not name", rewrite("/put"), "/get?a={b}", "/get?a=b&c=d", "/put?c=d"],
    ["drops it if told to", rewrite("/put", strict), "/get?a={b}", "/get?a=b&c=d", "/put"],
    [
      "fills in queries, encoded",
      rewrite("/put?q={b}&amp;z=1", strict),
      "/get?a={b}",
      "/get?a=x%26y%20z",
      "/put?q=x%26y%20z&z=1",
    ],
    ["the template's parameter wins", rewrite("/put?c=1"), "/get", "/get?C=2&d=3", "/put?c=1&d=3"],
    ["untouched parameters keep their text", rewrite("/put"), "/get", "/get?x=%7e+y&z", "/put?x=%7e+y&z"],
    ["encodes what a segment cannot hold", rewrite("/i/{id}"), "/a/{id}", "/a/x%2Fy%3Fz%20ü", "/i/x%2Fy%3Fz%20%C3%BC"],
    ["keeps what it can hold", rewrite("/i/{id}"), "/a/{id}", "/a/a:b@c$d&e+f,g;h=i", "/i/a:b@c$d&e+f,g;h=i"],
    ["the rest of a path keeps its slashes", rewrite("/i/{rest}"), "/a/{*rest}", "/a/b/c%20d", "/i/b/c%20d"],
    ["which may be written with its asterisk", rewrite("/i/{*rest}"), "/a/{*rest}", "/a/b/c", "/i/b/c"],
    ["an expression", rewrite("@(&quot;/x/{id}?m=&quot; + context.Request.Method)"), "/a/{id}", "/a/7?n=1", "/x/7?m=GET&n=1"],
    ["a second one starts anew", rewrite("/one/{id}?x=1") + rewrite("/two/{id}"), "/a/{id}", "/a/7?n=1", "/two/7?n=1"],
  ])("%s", async (_what, inbound, template, path, expected) => {
    expect(await forwarded(inbound, template, path)).toBe(`https://shop.internal/v2${expected}`);
  });

  it("fails for a parameter that the operation does not have", async () => {
    expect(await forwarded(rewrite("/x/{other}"), "/a/{id}", "/a/7")).toMatch(/^ParameterNotFound: .*'other'/);
  });

  it("leaves the original URL alone", async () => {
    const seen = `<set-header name="X"><value>@(context.Request.Url.Path + context.Request.OriginalUrl.Path)</value></set-header>`;
    const policy = await policyTest({ policy: document(rewrite("/x") + seen), context: { api: { path: "shop" } } });
    expect((await policy.send({ url: "https://api.example/shop/a" })).backendCalls[0]!.headers.get("X")).toBe("/x/shop/a");
  });
});
