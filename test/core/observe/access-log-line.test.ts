import type { GatewayOutcome } from "@turnpike/core";
import { AccessLogLines, accessLogRecord } from "@turnpike/core/adapter";
import fc from "fast-check";
import { expect, it } from "vitest";

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("payments", 'a "quoted" \\ text', "\u0000\u001f\ud800", "ü𝄞"),
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);
const ms = fc.double({ min: 0, max: 1e7, noNaN: true });
const place = fc.record({ file: text, line: fc.nat(), column: fc.nat() });
const error = fc.record({
  source: text,
  reason: maybe(text),
  message: text,
  section: fc.constant("inbound" as const),
  scope: fc.constant("api" as const),
  path: maybe(text),
  policyId: maybe(text),
  place: maybe(place),
  elapsed: ms,
  cause: fc.constant(null),
});
const outcome = fc.record({
  requestId: fc.uuid(),
  startedAt: fc.oneof(fc.nat(4_000_000_000_000), fc.double({ min: 0, max: 4e12, noNaN: true })),
  method: text,
  url: text,
  ipAddress: text,
  api: maybe(text),
  revision: maybe(text),
  operation: maybe(text),
  product: maybe(text),
  subscription: maybe(text),
  user: maybe(text),
  workspace: maybe(text),
  region: text,
  status: fc.integer({ min: 0, max: 599 }),
  by: fc.record({
    layer: fc.constantFrom("gateway", "backend", "cache", "host"),
    policy: maybe(text),
    section: fc.constant(null),
    scope: fc.constant(null),
    place: maybe(place),
  }),
  error: fc.option(error, { freq: 4 }),
  errors: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(error, { maxLength: 2 }) }),
  cache: fc.constantFrom("hit", "miss", "none"),
  requestSize: fc.nat(),
  responseSize: fc.nat(),
  times: fc.record({ total: ms, gateway: ms, backend: ms, client: ms, cache: ms, store: ms }),
  backend: maybe(fc.record({ id: maybe(text), method: text, url: text, protocol: maybe(text), status: fc.nat(599) })),
  protocol: maybe(text),
  tlsVersion: maybe(text),
  traces: fc.constant([]),
  rpc: fc.option(
    fc.record({
      protocol: fc.constantFrom("mcp", "a2a"),
      method: maybe(text),
      tool: maybe(text),
      session: maybe(text),
      agent: maybe(text),
    }),
    { freq: 4 },
  ),
  diagnostics: fc.constant(new Map()),
});

it("a line holds what the record of the access log holds, in its order", () => {
  const lines = new AccessLogLines();
  fc.assert(
    fc.property(outcome, (made) => {
      const known = { ...made, logged: () => null } as unknown as GatewayOutcome;
      const written = JSON.stringify(accessLogRecord(known));
      // The second time what is remembered of the one before is used.
      expect([lines.line(known), lines.line(known)]).toEqual([written, written]);
    }),
    { numRuns: 2_000 },
  );
});
