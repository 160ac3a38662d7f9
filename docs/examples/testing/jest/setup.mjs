import { expect } from "@jest/globals";
import { outcomeMatchers } from "@turnpike/core/testing";

expect.extend(outcomeMatchers);
