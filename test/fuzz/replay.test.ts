import { expect, it } from "vitest";
import { frontNames, replay } from "./engine/replay.mjs";

it.each(frontNames)("what campaigns have kept of %s is as it must be", async (name) => {
  expect(await replay(name)).toBeGreaterThan(0);
});
