import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

it("the README's first example is a test that runs", () => {
  expect(read("README.md")).toContain(`\`\`\`ts\n${read("test/e2e/readme-example.test.ts")}\`\`\``);
});
