import { describe, expect, it } from "vitest";
import { hasOtherSeparators, resolvedPath } from "#core/http/path.js";
import { growthOfTime } from "../../measure.js";

describe("a path", () => {
  it.each([
    ["/", "/"],
    ["/a/b", "/a/b"],
    ["/a//b", "/a//b"],
    ["/a/./b", "/a/b"],
    ["/a/../b", "/b"],
    ["/a/%2e%2E/b", "/b"],
    ["/a/.%2e/b", "/b"],
    ["/../../b", "/b"],
    ["/a/..", "/"],
    ["/a/b/.", "/a/b/"],
    ["/a/.../b", "/a/.../b"],
    ["/a/..b/c..", "/a/..b/c.."],
    ["/v1.0/x.json", "/v1.0/x.json"],
    ["/a%2Fb", "/a%2Fb"],
    ["/a%2F.b", "/a%2F.b"],
    ["/a\\b", "/a\\b"],
    ["/a;x=1/b", "/a;x=1/b"],
    ["/a%252e%252e/b", "/a%252e%252e/b"],
    ["/a..%2fb", "/a..%2fb"],
  ])("%s is %s", (path, resolved) => {
    expect(resolvedPath(path)).toBe(resolved);
  });

  it.each([
    "/a/..%2fb",
    "/a%2F..",
    "/a%2f%2e%2e%2fb",
    "/a/..\\b",
    "/a\\..",
    "/a\\..\\b",
    "/a%5C..%5cb",
    "/a%5c%2e%2e/b",
    "/..;/a",
    "/a/..;x=1/b",
    "/a/.;/b",
    "/%2e%2e;a",
    "/x/../..%2f",
  ])("%s is read in different ways, and refused", (path) => {
    expect(resolvedPath(path)).toBeNull();
  });

  it("is looked through in time that grows with its length alone", async () => {
    const looked = (n: number) => () => {
      for (let i = 0; i < 20; i++) for (const part of ["/..", "%2f.", "/a%2e", "\\.;"]) resolvedPath(part.repeat(n));
    };
    expect(await growthOfTime(looked(20_000), looked(40_000), 3)).toBeLessThan(3);
  });

  it.each([
    ["/a/b", false],
    ["/a%20b", false],
    ["/a%2fb", true],
    ["/a%2Fb", true],
    ["/a%5cb", true],
    ["/a\\b", true],
    ["/a%252Fb", false],
  ])("%s has another separator than a slash: %s", (path, has) => {
    expect(hasOtherSeparators(path)).toBe(has);
  });
});
