import { policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import {
  AUTHORITY,
  authority,
  certificate,
  type Forged,
  type ForgedCertificate,
  type ForgedExtension,
  from,
  keyOf,
  until,
} from "./forge.js";
import { document } from "./support.js";

const DAY = 86_400_000;
const now = from + 100 * DAY;

/** What becomes of a certificate where the configuration has these authorities. */
async function verdict(presented: ForgedCertificate, authorities: readonly ForgedCertificate[], clock = now): Promise<string> {
  const test = await policyTest({
    clock,
    gateway: {
      certificates: Object.fromEntries(authorities.map(({ pem }, index) => [`c${index}`, { certificate: pem }])),
      apis: {
        a: {
          path: "a",
          serviceUrl: "http://a.internal",
          subscriptionRequired: false,
          policy: document(`<validate-client-certificate validate-revocation="false" />`),
          operations: { all: { method: "GET", urlTemplate: "/*" } },
        },
      },
    },
  });
  const { status, error } = await test.send({ url: "https://api.example/a/", certificate: presented.der });
  return error === null ? String(status) : error.message;
}
const UNTRUSTED = "The client certificate is not trusted.";

/** DER of a tag and what it holds, a character a byte. */
function der(tag: number, ...parts: readonly string[]): string {
  const content = parts.join("");
  const { length } = content;
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : length < 0x10000
          ? [0x82, length >> 8, length & 0xff]
          : [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
  return String.fromCharCode(tag, ...size) + content;
}
const oid = (hex: string): string => der(0x06, Buffer.from(hex, "hex").toString("latin1"));
const bytes = (...numbers: number[]): string => String.fromCharCode(...numbers);

const dns = (text: string): string => der(0x82, text);
const email = (text: string): string => der(0x81, text);
const uri = (text: string): string => der(0x86, text);
const ip = (...numbers: number[]): string => der(0x87, bytes(...numbers));
const directory = (...common: string[]): string =>
  der(0xa4, der(0x30, ...common.map((text) => der(0x31, der(0x30, oid("550403"), der(0x0c, text))))));
const other = der(0xa0, oid("2b0601040182371402"), der(0xa0, der(0x0c, "x")));
const subtrees = (tag: number, bases: readonly string[]): string =>
  bases.length === 0 ? "" : der(tag, ...bases.map((base) => der(0x30, base)));
const constraints = (permitted: readonly string[], excluded: readonly string[] = []): ForgedExtension => ({
  id: "2.5.29.30",
  critical: true,
  value: der(0x30, subtrees(0xa0, permitted), subtrees(0xa1, excluded)),
});
const names = (...all: string[]): ForgedExtension => ({ id: "2.5.29.17", value: der(0x30, ...all) });

const root = authority("root");
const leafBy = (
  issuer: ForgedCertificate,
  extensions: readonly ForgedExtension[] = [],
  more: Partial<Forged> = {},
): ForgedCertificate => certificate({ subject: "client", issuer, extensions, ...more });

describe("names", () => {
  const table: readonly (readonly [string, ForgedExtension, readonly string[], boolean])[] = [
    ["a permitted DNS name", constraints([dns("example.com")]), [dns("example.com")], true],
    ["a DNS name below it", constraints([dns("example.com")]), [dns("A.b.EXAMPLE.com")], true],
    ["a DNS name that ends alike", constraints([dns("example.com")]), [dns("badexample.com")], false],
    ["another DNS name", constraints([dns("example.com")]), [dns("example.org")], false],
    ["a DNS name above it", constraints([dns("a.example.com")]), [dns("example.com")], false],
    [
      "one that is permitted and one that is not",
      constraints([dns("example.com")]),
      [dns("example.com"), dns("evil.org")],
      false,
    ],
    ["a name of one of two domains", constraints([dns("a.com"), dns("b.com")]), [dns("x.b.com")], true],
    ["an excluded DNS name", constraints([], [dns("example.com")]), [dns("x.example.com")], false],
    ["a DNS name beside an excluded one", constraints([], [dns("example.com")]), [dns("example.org")], true],
    [
      "a permitted name that is excluded too",
      constraints([dns("example.com")], [dns("bad.example.com")]),
      [dns("x.bad.example.com")],
      false,
    ],
    ["all DNS names excluded", constraints([], [dns("")]), [dns("example.com")], false],
    ["a DNS name with a zero in it", constraints([dns("example.com")]), [dns("evil.org\0.example.com")], false],
    ["no DNS name where one is permitted", constraints([dns("example.com")]), [], true],
    ["an address where names are constrained", constraints([dns("example.com")]), [ip(10, 0, 0, 1)], true],
    ["a permitted address", constraints([ip(10, 0, 0, 0, 255, 0, 0, 0)]), [ip(10, 1, 2, 3)], true],
    ["another address", constraints([ip(10, 0, 0, 0, 255, 0, 0, 0)]), [ip(11, 1, 2, 3)], false],
    ["an address of the other family", constraints([ip(10, 0, 0, 0, 255, 0, 0, 0)]), [ip(...Array<number>(16).fill(1))], false],
    ["an excluded address", constraints([], [ip(10, 0, 0, 0, 255, 0, 0, 0)]), [ip(10, 1, 2, 3)], false],
    ["an address of odd length", constraints([ip(10, 0, 0, 0, 255, 0, 0, 0)]), [ip(10, 1, 2)], false],
    ["a range of odd length", constraints([ip(10, 0, 0, 0, 255)]), [ip(10, 1, 2, 3)], false],
    ["a permitted mailbox", constraints([email("a@example.com")]), [email("a@EXAMPLE.com")], true],
    ["another mailbox", constraints([email("a@example.com")]), [email("b@example.com")], false],
    ["a mailbox at a host", constraints([email("example.com")]), [email("b@example.com")], true],
    ["a mailbox below a host", constraints([email("example.com")]), [email("b@x.example.com")], false],
    ["a mailbox in a domain", constraints([email(".example.com")]), [email("b@x.example.com")], true],
    ["an excluded mailbox", constraints([], [email("example.com")]), [email("b@example.com")], false],
    ["a mailbox without a host", constraints([], [email("example.com")]), [email("example.com")], false],
    ["a permitted URI", constraints([uri("api.example.com")]), [uri("https://api.example.com/x")], true],
    ["a URI of another host", constraints([uri("api.example.com")]), [uri("https://api.example.com.evil.org/x")], false],
    ["a URI with a host in its user", constraints([uri("api.example.com")]), [uri("https://api.example.com@evil.org/")], false],
    ["a URI in a domain", constraints([uri(".example.com")]), [uri("spiffe://a.example.com:8443")], true],
    ["an excluded URI", constraints([], [uri(".example.com")]), [uri("https://a.example.com")], false],
    ["a URI without a host", constraints([uri(".example.com")]), [uri("urn:a:b")], false],
    ["a URI of an address", constraints([], [uri(".example.com")]), [uri("https://10.0.0.1/")], false],
    ["a name of another form, constrained", constraints([other]), [other], false],
    ["a name of another form, free", constraints([dns("example.com")]), [other], true],
    ["a permitted subject", constraints([directory("CLIENT")]), [], true],
    ["another subject", constraints([directory("someone")]), [], false],
    ["an excluded subject", constraints([], [directory("client")]), [], false],
    ["a directory name that is excluded", constraints([], [directory("x")]), [directory("x", "y")], false],
    ["constraints that cannot be read", { id: "2.5.29.30", critical: true, value: "\x30\x05\xa0" }, [], false],
    [
      "a subtree with a bound",
      { id: "2.5.29.30", critical: true, value: der(0x30, der(0xa0, der(0x30, dns("a"), der(0x81, bytes(1))))) },
      [],
      false,
    ],
  ];
  it.each(table)("%s", async (_what, constraint, alternative, isRight) => {
    const expected = isRight ? "200" : UNTRUSTED;
    const leafNames = alternative.length === 0 ? [] : [names(...alternative)];
    const constrainedRoot = authority("root", undefined, [...AUTHORITY, constraint]);
    expect(await verdict(leafBy(constrainedRoot, leafNames), [constrainedRoot])).toBe(expected);
    const between = authority("between", root, [...AUTHORITY, constraint]);
    expect(await verdict(leafBy(between, leafNames), [root, between])).toBe(expected);
  });

  it("of the subject count where there is no other name of their form", async () => {
    const limited = authority("limited", root, [...AUTHORITY, constraints([dns("example.com"), email("example.com")])]);
    const called = (subject: string, attributes: readonly object[] = [], extensions: readonly ForgedExtension[] = []) =>
      verdict(certificate({ subject, issuer: limited, attributes, extensions }), [root, limited]);
    expect(await called("a.example.com")).toBe("200");
    expect(await called("a.example.org")).toBe(UNTRUSTED);
    expect(await called("a.example.org", [], [names(dns("b.example.com"))])).toBe("200");
    expect(await called("Anna", [{ name: "emailAddress", value: "a@example.com" }])).toBe("200");
    expect(await called("Anna", [{ name: "emailAddress", value: "a@example.org" }])).toBe(UNTRUSTED);
  });

  it("of authorities in between are constrained as well", async () => {
    const limited = authority("limited", root, [...AUTHORITY, constraints([], [directory("below")])]);
    const below = authority("below", limited);
    expect(await verdict(leafBy(below), [root, limited, below])).toBe(UNTRUSTED);
  });

  it("in their thousands are not compared without end", async () => {
    const many = Array.from({ length: 1500 }, (_, i) => dns(`a${i}.example.com`));
    const limited = authority("limited", root, [...AUTHORITY, constraints(many.map((_, i) => dns(`b${i}.example.com`)))]);
    const presented = leafBy(limited, [names(...many)]);
    expect(await verdict(presented, [root, limited])).toBe(UNTRUSTED);
  });
});

describe("authorities", () => {
  const between = (extensions: readonly ForgedExtension[]): ForgedCertificate => authority("between", root, extensions);
  const basic = (more: object): ForgedExtension => ({ name: "basicConstraints", critical: true, ...more });
  const usage = (more: object): ForgedExtension => ({ name: "keyUsage", critical: true, ...more });
  it.each([
    ["sound", AUTHORITY, true],
    ["without basic constraints", [usage({ keyCertSign: true })], false],
    ["that are none", [basic({ cA: false }), usage({ keyCertSign: true })], false],
    ["whose key may not sign certificates", [basic({ cA: true }), usage({ digitalSignature: true, cRLSign: true })], false],
    ["whose key may do whatever", [basic({ cA: true })], true],
    ["with a critical extension that nobody knows", [...AUTHORITY, { id: "1.2.3.4", critical: true, value: der(0x05) }], false],
    ["with an extension that nobody knows", [...AUTHORITY, { id: "1.2.3.4", value: der(0x05) }], true],
    ["with an extension twice", [...AUTHORITY, basic({ cA: true, pathLenConstraint: 5 })], false],
    ["for servers only", [...AUTHORITY, { name: "extKeyUsage", serverAuth: true }], false],
    ["for clients", [...AUTHORITY, { name: "extKeyUsage", clientAuth: true }], true],
    ["for signing code", [...AUTHORITY, { name: "extKeyUsage", codeSigning: true }], false],
    ["for any purpose", [...AUTHORITY, { id: "2.5.29.37", value: der(0x30, oid("551d2500")) }], true],
    ["with policies", [...AUTHORITY, { id: "2.5.29.32", critical: true, value: der(0x30, der(0x30, oid("551d2000"))) }], true],
  ] as const)("in between: %s", async (_what, extensions, isRight) => {
    const made = between(extensions);
    expect(await verdict(leafBy(made), [root, made])).toBe(isRight ? "200" : UNTRUSTED);
  });

  it.each([
    [0, 0, true],
    [0, 1, false],
    [1, 1, true],
    [1, 2, false],
    [2, 2, true],
  ])("a path of length %i holds over %i authorities: %s", async (pathLenConstraint, count, isRight) => {
    const limited = authority("limited", undefined, [
      { name: "basicConstraints", cA: true, critical: true, pathLenConstraint },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ]);
    const all = [limited];
    for (let i = 0; i < count; i++) all.push(authority(`level ${i}`, all.at(-1)));
    expect(await verdict(leafBy(all.at(-1)!), all)).toBe(isRight ? "200" : UNTRUSTED);
  });

  it("that issue for themselves do not lengthen the path", async () => {
    const limited = authority("limited", undefined, [
      { name: "basicConstraints", cA: true, critical: true, pathLenConstraint: 0 },
    ]);
    const renewed = certificate({ subject: "limited", issuer: limited, key: keyOf("limited, renewed"), extensions: AUTHORITY });
    expect(await verdict(leafBy(renewed), [limited, renewed])).toBe("200");
  });

  it("out of time, above or in between, make no chain", async () => {
    const old = certificate({ subject: "old", issuer: root, extensions: AUTHORITY, notAfter: now - DAY });
    const young = certificate({ subject: "young", issuer: root, extensions: AUTHORITY, notBefore: now + DAY });
    const oldRoot = certificate({ subject: "old root", extensions: AUTHORITY, notAfter: now - DAY });
    for (const issuer of [old, young, oldRoot]) expect(await verdict(leafBy(issuer), [root, issuer])).toBe(UNTRUSTED);
    expect(await verdict(leafBy(old), [root, old], now - 2 * DAY)).toBe("200");
  });

  it("whose key is too large to compute with make no chain", async () => {
    const large = { n: `80${"a5".repeat(2046)}01`, e: "010001" };
    const huge = certificate({ subject: "huge", issuer: root, extensions: AUTHORITY, publicKey: large });
    const wide = certificate({
      subject: "wide",
      issuer: root,
      extensions: AUTHORITY,
      publicKey: { n: `80${"a5".repeat(254)}01`, e: `01${"00".repeat(254)}01` },
    });
    for (const issuer of [huge, wide]) {
      const before = process.cpuUsage();
      expect(await verdict(leafBy(issuer), [root, issuer])).toBe(UNTRUSTED);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(5_000);
    }
  });

  it("in a circle, or by the hundred under one name, end the search", async () => {
    const [a, b] = [
      authority("a", { ...root, subject: [{ name: "commonName", value: "b" }] }),
      authority("b", { ...root, subject: [{ name: "commonName", value: "a" }] }),
    ];
    expect(await verdict(leafBy(a), [a, b, root])).toBe(UNTRUSTED);
    const elsewhere = authority("elsewhere");
    const many = Array.from({ length: 30 }, (_, i) =>
      authority(i < 15 ? "x" : "y", {
        ...elsewhere,
        subject: [{ name: "commonName", value: i < 15 ? "y" : "x" }],
      }),
    );
    expect(await verdict(leafBy(many[0]!), [...many, root])).toBe(UNTRUSTED);
  });

  it("may stand in a chain of eight, and in no longer one", async () => {
    const all = [root];
    while (all.length < 8) all.push(authority(`step ${all.length}`, all.at(-1)));
    expect(await verdict(leafBy(all[6]!), all)).toBe("200");
    expect(await verdict(leafBy(all[7]!), all)).toBe(UNTRUSTED);
  });

  it("that break a rule do not hide another way to a root", async () => {
    const forServers = authority("between", root, [...AUTHORITY, { name: "extKeyUsage", serverAuth: true }]);
    const sound = authority("between", root);
    expect(await verdict(leafBy(sound), [root, forServers, sound])).toBe("200");
  });
});

describe("a caller's certificate", () => {
  it.each([
    ["without extensions", [], true],
    ["for clients", [{ name: "extKeyUsage", clientAuth: true }], true],
    ["for servers and clients", [{ name: "extKeyUsage", serverAuth: true, clientAuth: true }], true],
    ["for servers only", [{ name: "extKeyUsage", serverAuth: true }], false],
    ["with a critical extension that nobody knows", [{ id: "1.2.3.4", critical: true, value: der(0x05) }], false],
    ["with an extension that nobody knows", [{ id: "1.2.3.4", value: der(0x05) }], true],
    ["with two lists of names", [names(dns("a.example")), names(dns("b.example"))], false],
    ["with purposes that cannot be read", [{ id: "2.5.29.37", value: "\x30\x09\x06" }], false],
  ] as const)("%s", async (_what, extensions, isRight) => {
    expect(await verdict(leafBy(root, extensions), [root])).toBe(isRight ? "200" : UNTRUSTED);
  });

  it("signed with MD5 is not trusted", async () => {
    expect(await verdict(leafBy(root, [], { digest: "md5" }), [root])).toBe(UNTRUSTED);
    expect(await verdict(leafBy(root, [], { digest: "sha256" }), [root])).toBe("200");
  });

  it("that is larger than any is not read", async () => {
    const names1 = Array.from({ length: 4000 }, (_, i) => dns(`client-${i}.example.com`));
    const huge = leafBy(root, [names(...names1)]);
    expect(huge.der.length).toBeGreaterThan(65_536);
    expect(await verdict(huge, [root])).toBe("The client certificate cannot be read.");
  });

  it("that signed itself under the name of an authority is not trusted", async () => {
    const same = certificate({ subject: "root", key: keyOf("another root"), extensions: AUTHORITY });
    expect(await verdict(same, [root])).toBe(UNTRUSTED);
    expect(await verdict(leafBy(same), [root])).toBe(UNTRUSTED);
  });

  it("is measured by the clock of the gateway", async () => {
    const leaf = leafBy(root, [], { notBefore: from + DAY, notAfter: from + 2 * DAY });
    expect(await verdict(leaf, [root], from)).toBe("The client certificate is not valid yet.");
    expect(await verdict(leaf, [root], from + DAY)).toBe("200");
    expect(await verdict(leaf, [root], from + 2 * DAY + 1000)).toBe("The client certificate has expired.");
    expect(await verdict(leafBy(root, [], { notAfter: until + 10 * DAY }), [root], until + DAY)).toBe(UNTRUSTED);
  });
});
