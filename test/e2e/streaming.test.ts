import { expect, it } from "vitest";
import { streamingGrowth } from "../bench/streaming/streaming.mjs";

const BYTES = 192 * 2 ** 20;

/** The short form of `pnpm bench streaming`, from the built packages. */
it("a body that no policy reads goes through without being held, up and down", async () => {
  const { sent, received, growthUp, growthDown } = await streamingGrowth(BYTES);
  expect([sent, received]).toEqual([BYTES, BYTES]);
  expect(Math.max(growthUp, growthDown)).toBeLessThan(60 * 2 ** 20);
}, 120_000);
