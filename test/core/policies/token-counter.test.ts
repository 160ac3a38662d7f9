import { expect, it } from "vitest";
import { installedCounter } from "../../../packages/core/src/policies/ai/token-counter.js";

it("without the package a token is four characters", () => {
  const counter = installedCounter(() => {
    throw Object.assign(new Error("Cannot find module"), { code: "MODULE_NOT_FOUND" });
  });
  expect(counter(["x".repeat(10), "", "y"])).toBe(4);
});

it("a package that is broken is not taken for one that is absent", () => {
  expect(() =>
    installedCounter(() => {
      throw new Error("broken");
    }),
  ).toThrow("broken");
});
