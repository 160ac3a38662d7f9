import type { InvariantModel, Proof, Trial, Violation } from "@turnpike/core/testing";
import type * as FastCheck from "fast-check";
import { smaller } from "./smaller.js";
import { trialsFor } from "./trials.js";

/** How far a search goes. */
export interface SearchBounds {
  readonly seed: number;
  /** Most trials of an invariant; those that make a counter-example smaller are not counted. */
  readonly runs: number;
  /** Most milliseconds for an invariant. */
  readonly time: number;
}

/** What came of a search. */
export interface Found {
  /** The smallest trial that was found to break the invariant; null if none was. */
  readonly counterExample: { readonly trial: Trial; readonly violation: Violation } | null;
  /** How many trials were run. */
  readonly runs: number;
  /** How many calls the invariant was about. */
  readonly met: number;
  /** Did time run out first? */
  readonly isInterrupted: boolean;
}

/** Looks for requests of which an invariant does not hold: at random, from what is known to reach something new, from the same seed the same. */
export async function search(
  fc: typeof FastCheck,
  proof: Proof,
  invariant: InvariantModel,
  bounds: SearchBounds,
): Promise<Found> {
  const fruitful: Trial[] = [];
  let smallest: Found["counterExample"] = null;
  let failure: unknown = null;
  let met = 0;
  let running: Promise<unknown> = Promise.resolve();
  const property = fc.asyncProperty(guided(fc, trialsFor(fc, proof.surface, invariant), fruitful), async (trial) => {
    try {
      const tried = proof.try(invariant, trial);
      running = tried;
      const { violation, isNew, met: own } = await tried;
      met += own;
      if (violation !== null) {
        // Each that fails while it is made smaller is smaller than the one before.
        smallest = { trial, violation };
        return false;
      }
      if (isNew) fruitful.push(trial);
      return true;
    } catch (error) {
      failure ??= error;
      return false;
    }
  });
  const { numRuns, interrupted } = await fc.check(property, {
    seed: bounds.seed,
    numRuns: bounds.runs,
    plugins: [fc.interruptAfterTimeLimit(bounds.time)],
  });
  // Where time ran out, the last trial still runs.
  await running.catch((error: unknown) => {
    failure ??= error;
  });
  if (failure !== null) throw failure;
  return { counterExample: smallest, runs: numRuns, met, isInterrupted: interrupted && smallest === null };
}

/** Fresh trials, and those that reached something new with a part of a fresh one. */
function guided(fc: typeof FastCheck, fresh: FastCheck.Arbitrary<Trial>, fruitful: readonly Trial[]): FastCheck.Arbitrary<Trial> {
  return new (class extends fc.Arbitrary<Trial> {
    generate(random: FastCheck.Random, bias: number | undefined): FastCheck.Value<Trial> {
      const made = fresh.generate(random, bias).value;
      if (fruitful.length === 0 || random.nextInt(0, 2) > 0) return new fc.Value(made, undefined);
      const known = fruitful[random.nextInt(0, fruitful.length - 1)]!;
      return new fc.Value(joined(known, made, random.nextInt(0, 3)), undefined);
    }

    override canShrinkWithoutContext(value: unknown): value is Trial {
      return value !== null;
    }

    shrink(trial: Trial): FastCheck.Stream<FastCheck.Value<Trial>> {
      return fc.stream(smaller(trial)).map((small) => new fc.Value(small, undefined));
    }
  })();
}

/** Most calls that are put together. */
const MOST = 8;

function joined(known: Trial, made: Trial, how: number): Trial {
  const [first] = known.calls;
  const [other] = made.calls;
  switch (how) {
    case 0:
      return { ...known, calls: [...known.calls, ...made.calls].slice(0, MOST) };
    case 1:
      return { ...known, replies: made.replies };
    case 2:
      // The same request by somebody else.
      return { ...known, calls: [{ ...first!, key: other!.key, token: other!.token }, ...known.calls.slice(1)] };
    default:
      return {
        ...known,
        calls: [{ ...first!, headers: other!.headers, query: other!.query, body: first!.body }, ...known.calls.slice(1)],
      };
  }
}
