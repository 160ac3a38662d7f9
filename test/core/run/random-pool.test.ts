import { expect, it } from "vitest";
import { randomPool } from "#core/run/random-pool.js";

it.each([0, 1, 16, 256, 257, 10_000])("gives %i bytes", (length) => {
  const random = randomPool();
  for (let i = 0; i < 40; i++) expect(random(length)).toHaveLength(length);
});

it("gives no bytes twice, and none that can be changed afterwards", () => {
  const random = randomPool();
  const seen = new Set<string>();
  for (let i = 0; i < 2_000; i++) {
    const bytes = random(16);
    seen.add(Buffer.from(bytes).toString("hex"));
    bytes.fill(0);
  }
  expect(seen.size).toBe(2_000);
});
