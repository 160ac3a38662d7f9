import { type OutcomeAssertions, outcomeMatchers } from "@turnpike/core/testing";
import { expect } from "vitest";

expect.extend(outcomeMatchers);

declare module "vitest" {
  // The matchers' types, for `expect(outcome)`.
  interface Matchers extends OutcomeAssertions {}
}
