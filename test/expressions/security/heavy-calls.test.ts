import { describe, expect, it } from "vitest";
import { heavyCalls } from "./heavy-calls.js";
import { attempt } from "./host.js";

const TIME = 25;
/** Between two looks at the clock there may be one long call; a machine under load takes its own time. */
const GRACE = 1_500;

describe.each(heavyCalls)("calls on $on", ({ setup, calls }) => {
  it.each(calls)("%s", (statement) => {
    const result = attempt(`@{ ${setup} var n = 0; while (true) { n++; ${statement} } return n; }`, { time: TIME });
    expect(result.kind, JSON.stringify({ ...result, value: undefined })).toBe("limit");
    if (result.kind === "limit") expect(result.ms).toBeLessThan(TIME + GRACE);
  });
});
