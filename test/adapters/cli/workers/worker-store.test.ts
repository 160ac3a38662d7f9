import { createMemoryStore } from "@turnpike/core";
import { storeContract, testClock } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import type { FromWorker, ToWorker } from "#adapters/cli/workers/messages.js";
import { answerCalls, workerStore } from "#adapters/cli/workers/worker-store.js";

/** A store in another process, as far as a worker can tell: messages are copied and arrive in a later turn. */
function connected(kept: ReturnType<typeof createMemoryStore>) {
  const sent: FromWorker[] = [];
  const store = workerStore((message) => {
    sent.push(message);
    const copy = structuredClone(message);
    setImmediate(() => {
      if (copy.kind === "store")
        void answerCalls(kept, copy, (answers) => {
          const answer = structuredClone(answers as ToWorker);
          setImmediate(() => void (answer.kind === "stored" && store.answered(answer)));
        });
    });
  });
  return { store, sent };
}

describe("the store of workers", () => {
  const cases = storeContract(
    () => {
      const clock = testClock();
      const kept = createMemoryStore({ clock });
      return {
        store: connected(kept).store,
        replica: () => connected(kept).store,
        advance: (ms) => clock.advance(ms),
      };
    },
    { shared: true },
  );
  for (const { name, run } of cases) it(name, run);

  it("sends the calls of one turn as one message", async () => {
    const { store, sent } = connected(createMemoryStore());
    const request = { key: "k", window: "sliding", limit: 3, period: 60, start: null, amount: 1, force: false } as const;
    const results = await Promise.all(Array.from({ length: 5 }, async () => store.counters.take([request])));
    expect(results.map(([result]) => result!.admitted)).toEqual([true, true, true, false, false]);
    expect(sent).toHaveLength(1);
  });
});
