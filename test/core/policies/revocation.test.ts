import type { X509Certificate } from "node:crypto";
import { ConfigurationError, createGateway, type Exchange, type GatewayConfiguration, Headers } from "@turnpike/core";
import { testClock } from "@turnpike/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { certificateWorkshop, type ListOptions } from "./certificate-support.js";
import { document, url } from "./support.js";

const workshop = certificateWorkshop();
const address = "http://lists.example/ca.crl";
const points = `crlDistributionPoints=URI:${address}`;
let good: X509Certificate;
let bad: X509Certificate;
let silent: X509Certificate;
let below: X509Certificate;

beforeAll(() => {
  workshop.root("ca", "/CN=Our CA");
  workshop.root("twin", "/CN=Our CA");
  const leaf = ["basicConstraints=CA:FALSE"];
  good = workshop.signed("good", "ca", { serial: "0A", extensions: [...leaf, points] });
  bad = workshop.signed("bad", "ca", { serial: "0B", extensions: [...leaf, points] });
  silent = workshop.signed("silent", "ca", { serial: "0C", extensions: leaf });
  const authority = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"];
  workshop.signed("issuing", "ca", { subject: "/CN=Issuing", serial: "1000", extensions: [...authority, points] });
  workshop.signed("mute", "ca", {
    subject: "/CN=Mute",
    serial: "1001",
    extensions: ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"],
  });
  below = workshop.signed("below", "issuing", {
    serial: "0D",
    extensions: [...leaf, "crlDistributionPoints=URI:http://lists.example/issuing.crl"],
  });
});
afterAll(() => workshop.dispose());

type Revocation = NonNullable<GatewayConfiguration["revocation"]>;
const list = (by: string, options: ListOptions = {}): string => workshop.list(by, options);
const never = -1;
const noSource = (): string => "none";

async function world(revocation: Revocation | null, answers: (url: string) => string | number = noSource, attributes = "") {
  const clock = testClock(Date.parse(below.validFrom) + 3_600_000);
  const calls: string[] = [];
  const certificates = Object.fromEntries(["ca", "issuing", "mute"].map((name) => [name, { certificate: workshop.pem(name) }]));
  const gateway = await createGateway(
    {
      certificates,
      ...(revocation === null ? {} : { revocation }),
      apis: {
        a: {
          path: "",
          serviceUrl: "https://backend.example",
          subscriptionRequired: false,
          policy: document(`<validate-client-certificate ${attributes} /><return-response />`),
          operations: { any: { method: "GET", urlTemplate: "/*" } },
        },
      },
    },
    {
      clock,
      transport: async (request) => {
        calls.push(request.url);
        const answer = answers(request.url);
        if (answer === never) return new Promise(() => undefined);
        const isStatus = typeof answer === "number";
        return {
          status: isStatus ? answer : 200,
          reason: "",
          headers: new Headers(),
          body: isStatus ? null : Buffer.from(answer),
        };
      },
    },
  );
  const send = async (certificate: X509Certificate): Promise<string> => {
    let exchange: Exchange | null = null;
    const { status } = await clock.run(() =>
      gateway.handle(
        { method: "GET", url, headers: {}, certificate: new Uint8Array(certificate.raw) },
        { observe: (one) => void (exchange = one) },
      ),
    );
    return status === 200 ? "passed" : ((exchange as Exchange | null)?.lastError?.message ?? String(status));
  };
  return { clock, calls, send, gateway };
}

const revoked = "The client certificate was revoked.";
const unknown = "It cannot be found out whether the client certificate was revoked.";

describe("lists of the configuration", () => {
  it("refuse what they name, and let other certificates of their authority pass", async () => {
    const { send, calls } = await world({ lists: [list("ca", { revoked: ["0B"] })] });
    expect([await send(good), await send(bad), await send(silent)]).toEqual(["passed", revoked, "passed"]);
    expect(calls).toEqual([]);
  });

  it("must speak of every certificate of the chain but the root", async () => {
    const both = await world({ lists: [list("ca"), list("issuing")] });
    expect(await both.send(below)).toBe("passed");
    const leafOnly = await world({ lists: [list("issuing")] });
    expect(await leafOnly.send(below)).toBe(unknown);
    const authorityRevoked = await world({ lists: [list("ca", { revoked: ["1000"] }), list("issuing")] });
    expect(await authorityRevoked.send(below)).toBe(revoked);
  });

  it.each([
    ["signed by somebody else of that name", () => list("twin", { revoked: ["0B"] })],
    [
      "of lists only for authorities",
      () => list("ca", { extensions: ["issuingDistributionPoint=critical,@idp", "[idp]", "onlyCA=TRUE"] }),
    ],
    [
      "of certificates that are told of elsewhere",
      () =>
        list("ca", {
          extensions: ["issuingDistributionPoint=critical,@idp", "[idp]", "fullname=URI:http://other.example/x.crl"],
        }),
    ],
  ])("do not count when they are %s", async (_what, make) => {
    const { send } = await world({ lists: [make()] });
    expect([await send(good), await send(bad)]).toEqual([unknown, unknown]);
  });

  it("count when they are of the part that the certificate belongs to", async () => {
    const extensions = ["issuingDistributionPoint=critical,@idp", "[idp]", `fullname=URI:${address}`, "onlyuser=TRUE"];
    const { send } = await world({ lists: [list("ca", { revoked: ["0B"], extensions })] });
    expect([await send(good), await send(bad), await send(silent)]).toEqual(["passed", revoked, unknown]);
  });

  it("of an authority that may not sign lists do not count", async () => {
    const leaf = workshop.signed("of-mute", "mute", { serial: "0E", extensions: ["basicConstraints=CA:FALSE"] });
    const { send } = await world({ lists: [list("ca"), list("mute")] });
    expect(await send(leaf)).toBe(unknown);
  });

  it("do not count before and after their time", async () => {
    const { send, clock } = await world({ lists: [list("ca", { seconds: 7200 })] });
    expect(await send(good)).toBe("passed");
    await clock.advance(7_200_000);
    expect(await send(good)).toBe(unknown);
  });

  it("leave the rest to the configuration", async () => {
    const { send } = await world({ lists: [list("twin")], whenUnknown: "accept" });
    expect(await send(good)).toBe("passed");
    const some = await world({ lists: [list("ca", { revoked: ["0B"] })], whenUnknown: "accept" });
    expect([await some.send(good), await some.send(bad)]).toEqual(["passed", revoked]);
  });

  it("are not looked at where the policy says so", async () => {
    const lists = [list("ca", { revoked: ["0B"] })];
    expect(await (await world({ lists }, noSource, 'validate-revocation="false"')).send(bad)).toBe("passed");
    expect(await (await world({ lists }, noSource, 'ignore-error="true"')).send(bad)).toBe("passed");
  });
});

describe("lists that certificates name", () => {
  it("are fetched once and kept for an hour", async () => {
    const { send, calls, clock } = await world({ fetch: true }, () => list("ca", { revoked: ["0B"], seconds: 100_000 }));
    const answers = await Promise.all([send(good), send(bad), send(good)]).catch(() => null);
    expect(answers).toEqual(["passed", revoked, "passed"]);
    expect(calls).toEqual([address]);
    await clock.advance(3_599_000);
    await send(good);
    expect(calls).toHaveLength(1);
    await clock.advance(1000);
    await send(good);
    expect(calls).toHaveLength(2);
  });

  it("are fetched again when their time is over", async () => {
    const made = list("ca", { seconds: 3600 + 600 });
    const { send, calls, clock } = await world({ fetch: true }, () => made);
    expect(await send(good)).toBe("passed");
    await clock.advance(660_000);
    expect(await send(good)).toBe(unknown);
    expect(calls).toHaveLength(2);
  });

  it("see a revocation when they say so", async () => {
    let revokedNow: string[] = [];
    const { send, clock } = await world({ fetch: true }, () => list("ca", { revoked: revokedNow, seconds: 2 * 86_400 }));
    expect(await send(good)).toBe("passed");
    revokedNow = ["0A"];
    await clock.advance(3_600_000);
    expect(await send(good)).toBe(revoked);
  });

  it("stand as they were last fetched while they cannot be reached, until their time is over", async () => {
    const made = list("ca", { seconds: 3 * 3600 });
    let isDown = false;
    const { send, clock, calls } = await world({ fetch: true }, () => (isDown ? 503 : made));
    expect(await send(good)).toBe("passed");
    isDown = true;
    await clock.advance(3_600_000);
    expect(await send(good)).toBe("passed");
    for (let i = 0; i < 5; i++) await send(good);
    expect(calls).toHaveLength(2);
    await clock.advance(3_660_000);
    expect(await send(good)).toBe(unknown);
  });

  it.each([
    ["no list", () => "<html>", unknown],
    ["an error", () => 500, unknown],
    ["a list of somebody else", () => workshop.list("twin"), unknown],
    ["nothing, for ever", () => never, unknown],
  ])("that turn out to be %s are no answer", async (_what, answer, expected) => {
    const { send } = await world({ fetch: true }, answer as () => string);
    expect(await send(good)).toBe(expected);
  });

  it("are not fetched for a certificate that nobody vouches for", async () => {
    const stranger = workshop.signed("stranger", "twin", { serial: "0A", extensions: [points] });
    const { send, calls } = await world({ fetch: true }, () => list("ca"));
    expect(await send(stranger)).toBe("The client certificate is not trusted.");
    const trusting = await world({ fetch: true }, () => list("ca"), 'validate-trust="false"');
    expect(await trusting.send(stranger)).toBe(unknown);
    expect([...calls, ...trusting.calls]).toEqual([]);
  });

  it("are not fetched where a configured one tells", async () => {
    const { send, calls } = await world({ fetch: true, lists: [list("ca")] }, () => 503);
    expect([await send(good), calls]).toEqual(["passed", []]);
  });

  it("of a certificate that names none are unknown", async () => {
    const { send, calls } = await world({ fetch: true }, () => list("ca"));
    expect([await send(silent), calls]).toEqual([unknown, []]);
  });
});

describe("at load time", () => {
  const errors = async (revocation: Revocation): Promise<string[]> => {
    try {
      return (await world(revocation)).gateway.diagnostics.map((finding) => `${finding.severity} ${finding.code}`);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return error.diagnostics.map((finding) => `${finding.severity} ${finding.code} ${finding.message}`);
    }
  };
  it("nothing is missing once there is a way to find out", async () => {
    expect(await errors({ fetch: true })).toEqual([]);
    expect((await world(null)).gateway.diagnostics.map((finding) => finding.code)).toEqual(["TP2104"]);
  });

  it.each([
    [() => ({}), "error TP3005 revocation needs lists, or fetch: true."],
    [
      () => ({ lists: ["no list"] }),
      "error TP3005 The revocation list cannot be used. It is no certificate revocation list in DER or PEM.",
    ],
    [
      () => ({ lists: [workshop.pem("ca")] }),
      "error TP3005 The revocation list cannot be used. It is no certificate revocation list in DER or PEM.",
    ],
    [
      () => ({ lists: [list("ca", { digest: "sha1" })] }),
      "error TP3005 The revocation list cannot be used. Its signature algorithm 1.2.840.10045.4.1 is not supported.",
    ],
    [
      () => ({ lists: [list("ca", { extensions: ["issuingDistributionPoint=critical,@idp", "[idp]", "indirectCRL=TRUE"] })] }),
      "error TP3005 The revocation list cannot be used. It is a list of some reasons, of other authorities or of attributes only.",
    ],
  ])("a list that cannot be used is an error (%#)", async (make, expected) => {
    expect(await errors(make())).toEqual([expected]);
  });

  it("truncated lists are errors, never a crash", async () => {
    const der = Buffer.from(list("ca", { revoked: ["0B"] }).replace(/-----[^-]+-----|\s/g, ""), "base64");
    for (let length = 1; length < der.length; length += 7) {
      const pem = `-----BEGIN X509 CRL-----\n${der.subarray(0, length).toString("base64")}\n-----END X509 CRL-----\n`;
      expect(await errors({ lists: [pem] })).toEqual([expect.stringContaining("error TP3005")]);
    }
  }, 60_000);
});
