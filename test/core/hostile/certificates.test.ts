import type { X509Certificate } from "node:crypto";
import { createGateway, Headers } from "@turnpike/core";
import { testClock } from "@turnpike/core/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { certificateWorkshop } from "../policies/certificate-support.js";
import { document, url } from "../policies/support.js";

const workshop = certificateWorkshop();
let good: X509Certificate;
let bad: X509Certificate;
let list: Buffer;

beforeAll(() => {
  workshop.root("ca", "/CN=Our CA");
  const extensions = [
    "basicConstraints=CA:FALSE",
    "crlDistributionPoints=URI:http://lists.example/ca.crl",
    "subjectAltName=DNS:a.example",
  ];
  good = workshop.signed("good", "ca", { serial: "0A", extensions });
  bad = workshop.signed("bad", "ca", { serial: "0B", extensions });
  list = Buffer.from(workshop.list("ca", { revoked: ["0B"] }).replace(/-----[^-]+-----|\s/g, ""), "base64");
});
afterAll(() => workshop.dispose());

/** A gateway that demands a certificate and fetches revocation lists, which are what `published` gives. */
async function guarded(published: () => Uint8Array) {
  const clock = testClock(Date.parse(bad.validFrom) + 3_600_000);
  const gateway = await createGateway(
    {
      certificates: { ca: { certificate: workshop.pem("ca") } },
      revocation: { fetch: true },
      apis: {
        a: {
          path: "",
          subscriptionRequired: false,
          policy: document(
            `<validate-client-certificate><identities><identity dns-name="a.example" /></identities></validate-client-certificate><return-response />`,
          ),
          operations: { any: { method: "GET", urlTemplate: "/*" } },
        },
      },
    },
    { clock, transport: async () => ({ status: 200, reason: "", headers: new Headers(), body: published() }) },
  );
  return async (certificate: Uint8Array): Promise<number> =>
    (await clock.run(() => gateway.handle({ method: "GET", url, headers: {}, certificate }))).status;
}

/** Bytes with some of them changed, cut off or added. */
const changed = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      at: fc.nat(bytes.length - 1),
      removed: fc.nat(4),
      added: fc.uint8Array({ maxLength: 4 }),
      end: fc.option(fc.nat(bytes.length)),
    })
    .map(({ at, removed, added, end }) => {
      const whole = Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
      return new Uint8Array(end === null ? whole : whole.subarray(0, end));
    });

it("no changed certificate passes, and none is more than a refusal", async () => {
  const send = await guarded(() => list);
  const der = new Uint8Array(good.raw);
  expect(await send(der)).toBe(200);
  await fc.assert(
    fc.asyncProperty(changed(der), async (bytes) => {
      expect(await send(bytes)).toBe(Buffer.compare(bytes, der) === 0 ? 200 : 403);
    }),
    { numRuns: 300, seed: 11 },
  );
});

it.each([
  ["nothing", () => new Uint8Array(0)],
  ["a length beyond the end", () => new Uint8Array([0x30, 0x84, 0xff, 0xff, 0xff, 0xff])],
  ["an endless length", () => new Uint8Array([0x30, 0x80, 0, 0])],
  [
    "a thousand sequences in one another",
    () => new Uint8Array(Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? 0x30 : 0x82))),
  ],
  ["a megabyte of zeros", () => new Uint8Array(1_000_000)],
  ["a revocation list", () => new Uint8Array(list)],
])("a certificate that is %s is refused", async (_what, make) => {
  expect(await (await guarded(() => list))(make())).toBe(403);
});

describe("a revocation list", () => {
  it("that was changed in any way clears nobody", async () => {
    await fc.assert(
      fc.asyncProperty(changed(new Uint8Array(list)), async (bytes) => {
        const send = await guarded(() => bytes);
        const isSame = Buffer.compare(bytes, list) === 0;
        expect([await send(new Uint8Array(bad.raw)), await send(new Uint8Array(good.raw))]).toEqual([403, isSame ? 200 : 403]);
      }),
      { numRuns: 150, seed: 12 },
    );
  });

  it("of more than eight mebibytes is not read", async () => {
    const send = await guarded(() => Buffer.concat([list, Buffer.alloc(9 * 1024 * 1024)]));
    expect(await send(new Uint8Array(good.raw))).toBe(403);
  });
});
