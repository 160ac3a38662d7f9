import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { linkedAbort } from "#core/policies/linked-abort.js";

it("a linked signal follows its source", () => {
  const source = new AbortController();
  const linked = linkedAbort(source.signal);
  expect(linked.signal.aborted).toBe(false);
  source.abort("why");
  expect([linked.signal.aborted, linked.signal.reason]).toEqual([true, "why"]);
});

it("a linked signal follows a source that is aborted already", () => {
  expect(linkedAbort(AbortSignal.abort("why")).signal.reason).toBe("why");
});

it("a linked signal ends on its own", () => {
  const source = new AbortController();
  const linked = linkedAbort(source.signal);
  linked.abort();
  expect([linked.signal.aborted, source.signal.aborted]).toEqual([true, false]);
});

it("a linked signal that is released leaves nothing with its source", () => {
  const source = new AbortController();
  const linked = linkedAbort(source.signal);
  expect(getEventListeners(source.signal, "abort")).toHaveLength(1);
  linked.release();
  expect(getEventListeners(source.signal, "abort")).toHaveLength(0);
  source.abort();
  expect(linked.signal.aborted).toBe(false);
});
