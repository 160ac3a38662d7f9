import { describe, expect, test } from "vitest";
import { createFixtureContext, type Fixture, FixtureError } from "#core/context/index.js";
import { evaluate } from "./evaluate.js";

describe("fixtures are checked", () => {
  test.each([
    [{ reqest: {} }, 'Unknown key "reqest". Did you mean "request"?'],
    [{ request: { metod: "GET" } }, 'request.metod: Unknown key "metod" in request. Did you mean "method"?'],
    [{ request: { method: 1 } }, "request.method"],
    [{ request: { url: "/relative" } }, 'request.url: "/relative" is not an absolute URL.'],
    [{ variables: { v: { type: "object", value: 1 } } }, 'variables.v.type: "object" is not one of string'],
    [{ variables: { v: { value: 1 } } }, 'needs the key "type"'],
    [{ timestamp: "yesterday" }, '"yesterday" is not an ISO 8601 time.'],
    [{ product: { state: "Open" } }, "product.state"],
  ])("%j", (fixture, message) => expect(() => createFixtureContext(fixture as Fixture)).toThrow(message));

  test("all problems are told at once", () => {
    expect(() => createFixtureContext({ a: 1, b: 2 } as Fixture)).toThrow(FixtureError);
    expect(() => createFixtureContext({ a: 1, b: 2 } as Fixture)).toThrow(/"a"[\s\S]*"b"/);
  });

  test("null parts count as left out", () => {
    expect(
      evaluate(`@(context.User == null && context.Request.Method == "GET")`, { user: null, request: null, variables: null }),
    ).toBe("True");
  });
});
