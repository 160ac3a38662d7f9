import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { createGateway, type Gateway, type GatewayConfiguration, type Logger, type SecretReference } from "@turnpike/core";
import { type TestClock, testClock } from "@turnpike/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const HOUR = 60 * 60 * 1000;
const VAULT = "https://vault.example/secrets/key";

let folder: string;
let clock: TestClock;
let vault: Map<string, string | Error>;
let asked: SecretReference[];
let lines: { level: string; fields: unknown; message: string }[];
let open: Gateway[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "turnpike-secrets-"));
  clock = testClock();
  vault = new Map([[VAULT, "from-the-vault"]]);
  asked = [];
  lines = [];
  open = [];
});

afterEach(async () => {
  for (const gateway of open) await gateway.close();
  rmSync(folder, { recursive: true });
});

const line = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
const logger: Logger = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };

async function resolve(reference: SecretReference): Promise<string> {
  asked.push(reference);
  const found = vault.get(reference.secretIdentifier);
  if (found === undefined || found instanceof Error) throw found ?? new Error("There is no such secret.");
  return found;
}

/** Answers with the named value `key`. */
function showing(
  namedValue: NonNullable<GatewayConfiguration["namedValues"]>[string],
  policy = '<set-header name="X-Key" exists-action="override"><value>{{key}}</value></set-header>',
): GatewayConfiguration {
  return {
    namedValues: { key: namedValue },
    apis: {
      api: {
        path: "api",
        subscriptionRequired: false,
        operations: { all: { method: "GET", urlTemplate: "/*" } },
        policy: `<policies><inbound><return-response><set-status code="200" reason="OK" />${policy}</return-response></inbound></policies>`,
      },
    },
  };
}

async function start(configuration: GatewayConfiguration, refreshInterval?: number): Promise<Gateway> {
  const secrets = { resolve, ...(refreshInterval === undefined ? {} : { refreshInterval }) };
  const gateway = await createGateway(configuration, { clock, logger, folder, secrets });
  open.push(gateway);
  return gateway;
}

async function shown(gateway: Gateway): Promise<string | undefined> {
  const { headers } = await gateway.handle({ method: "GET", url: "https://api.example/api/x", headers: {} });
  return [...headers].find(([name]) => name === "X-Key")?.[1];
}

const vaulted = { keyVault: { secretIdentifier: VAULT } };
const file = (text: string, name = "key.txt"): { secret: true; file: string } => {
  writeFileSync(join(folder, name), text);
  return { secret: true, file: name };
};

describe("where a value comes from", () => {
  it.each([
    ["plain", () => "in place", "in place"],
    ["a number", () => ({ value: 7 }), "7"],
    ["secret", () => ({ secret: true, value: "hidden" }), "hidden"],
    ["a file", () => file("of a file"), "of a file"],
    ["a file with a line end", () => file("of a file\r\n"), "of a file"],
    ["a file with several", () => file("two\nlines\n"), "two\nlines"],
    ["a vault", () => vaulted, "from-the-vault"],
  ])("%s", async (_, value, expected) => {
    const gateway = await start(showing(value(), "<set-body>{{key}}</set-body>"));
    const { body } = await gateway.handle({ method: "GET", url: "https://api.example/api/x", headers: {} });
    expect(Buffer.from(body as Uint8Array).toString()).toBe(expected);
  });

  it("the vault is told the identity to ask with, and asked once for what several refer to", async () => {
    const keyVault = { secretIdentifier: VAULT, identityClientId: "client-1" };
    await start({ namedValues: { a: { keyVault }, b: { keyVault }, c: { keyVault: { secretIdentifier: VAULT } } } });
    expect(asked).toEqual([
      { secretIdentifier: VAULT, identityClientId: "client-1" },
      { secretIdentifier: VAULT, identityClientId: null },
    ]);
  });

  it("what comes from a vault is secret without being called so", async () => {
    const gateway = await start(showing(vaulted));
    expect(gateway.configuration.namedValues.get("key")).toMatchObject({ secret: true, value: "from-the-vault" });
    expect(inspect(gateway.configuration, { depth: 9 })).not.toContain("from-the-vault");
  });
});

describe("a value that cannot be had is an error at load", () => {
  it.each<[string, () => NonNullable<GatewayConfiguration["namedValues"]>[string], string, RegExp]>([
    ["no value", () => ({ secret: true }), "TP3006", /has no value/],
    ["two values", () => ({ value: "a", env: "B" }), "TP3006", /more than one value: value and env/],
    ["an empty secret", () => ({ secret: true, value: " " }), "TP3006", /secret and empty/],
    ["a variable that is not set", () => ({ env: "TURNPIKE_NOT_SET" }), "TP3006", /TURNPIKE_NOT_SET, which is not set/],
    ["no such file", () => ({ file: "nowhere.txt" }), "TP3011", /from the file nowhere.txt: there is no such file/],
    ["a folder", () => ({ file: "." }), "TP3011", /it is a folder/],
    ["an empty file", () => file("\n"), "TP3011", /it is empty/],
    ["a huge file", () => file("x".repeat(1024 * 1024 + 1)), "TP3011", /larger than/],
    [
      "no such secret",
      () => ({ keyVault: { secretIdentifier: "https://vault.example/secrets/none" } }),
      "TP3011",
      /no such secret/,
    ],
  ])("%s", async (_, value, code, message) => {
    await expect(start(showing(value()))).rejects.toMatchObject({
      name: "ConfigurationError",
      diagnostics: [{ severity: "error", code, file: "configuration#namedValues.key", message: expect.stringMatching(message) }],
    });
  });

  it("without a resolver", async () => {
    await expect(createGateway(showing(vaulted))).rejects.toThrow(/made without a resolver.*option secrets/);
  });

  it("a vault that does not answer", async () => {
    const secrets = { resolve: () => new Promise<string>(() => undefined) };
    const started = clock.run(() => createGateway(showing(vaulted), { clock, secrets }));
    await expect(started).rejects.toThrow(/no answer within 30 seconds/);
  });

  it("all of them are told at once, beside other errors", async () => {
    const none = { keyVault: { secretIdentifier: "https://vault.example/secrets/none" } };
    const broken = { namedValues: { a: none, b: { file: "nowhere.txt" } }, apis: { x: { path: "x", serviceUrl: "nothing" } } };
    await expect(start(broken)).rejects.toMatchObject({
      diagnostics: [{ code: "TP3011" }, { code: "TP3011" }, { code: "TP3005" }],
    });
  });
});

describe("in the background", () => {
  it("a vault is asked again every four hours, and its new value comes into force", async () => {
    const gateway = await start(showing(vaulted));
    vault.set(VAULT, "rotated");
    await clock.advance(4 * HOUR - 1);
    expect([asked.length, await shown(gateway)]).toEqual([1, "from-the-vault"]);
    await clock.advance(1);
    expect([asked.length, await shown(gateway)]).toEqual([2, "rotated"]);
    await clock.advance(4 * HOUR);
    expect(asked.length).toBe(3);
  });

  it("a file is read again, policies are not", async () => {
    const policy =
      "<policies><inbound><return-response><set-header name='X-Key'><value>{{key}}</value></set-header></return-response></inbound></policies>";
    writeFileSync(join(folder, "policy.xml"), policy);
    const configuration = showing(file("first"));
    const api = { ...configuration.apis!["api"]!, policy: { file: "policy.xml" } };
    const gateway = await start({ ...configuration, apis: { api } }, 1_000);
    file("second");
    writeFileSync(join(folder, "policy.xml"), "half of a poli");
    await clock.advance(1_000);
    expect(await shown(gateway)).toBe("second");
  });

  it("requests on their way finish with the old value", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((done) => {
      release = done;
    });
    const configuration = showing(vaulted);
    const policy = `<policies><outbound><set-header name="X-Key"><value>{{key}}</value></set-header></outbound></policies>`;
    const api = { ...configuration.apis!["api"]!, serviceUrl: "http://backend.example", policy };
    const gateway = await createGateway(
      { ...configuration, apis: { api } },
      {
        clock,
        secrets: { resolve },
        fetch: async () => {
          await held;
          return new Response("x");
        },
      },
    );
    open.push(gateway);
    const slow = shown(gateway);
    vault.set(VAULT, "rotated");
    await gateway.refreshSecrets();
    release();
    expect([await slow, await shown(gateway)]).toEqual(["from-the-vault", "rotated"]);
  });

  it("a failure keeps the last value, is logged, and is tried again soon", async () => {
    const gateway = await start(showing(vaulted));
    vault.set(VAULT, new Error("The vault is down"));
    await clock.advance(4 * HOUR);
    expect(await shown(gateway)).toBe("from-the-vault");
    expect(lines).toEqual([
      {
        level: "warn",
        fields: { what: "named value key", reason: "The vault is down." },
        message: "outside value unavailable",
      },
    ]);
    await clock.advance(30_000);
    expect(asked.length).toBe(3);
    await clock.advance(59_999);
    expect(asked.length).toBe(3);
    vault.set(VAULT, "back");
    await clock.advance(1);
    expect([asked.length, await shown(gateway)]).toEqual([4, "back"]);
    await clock.advance(4 * HOUR - 1);
    expect(asked.length).toBe(4);
  });

  it("one that fails does not hold another back", async () => {
    const other = "https://vault.example/secrets/other";
    vault.set(other, "one");
    const configuration = showing(vaulted);
    const gateway = await start({
      ...configuration,
      namedValues: { ...configuration.namedValues, other: { keyVault: { secretIdentifier: other } } },
    });
    vault.set(VAULT, "rotated").set(other, new Error("gone"));
    await gateway.refreshSecrets();
    expect([await shown(gateway), gateway.configuration.namedValues.get("other")!.value]).toEqual(["rotated", "one"]);
  });

  it("a value that breaks the configuration does not come into force", async () => {
    const gateway = await start(showing(vaulted, '<set-header name="X-Key"><value>@("{{key}}")</value></set-header>'));
    vault.set(VAULT, 'quote " in it');
    await gateway.refreshSecrets();
    expect(await shown(gateway)).toBe("from-the-vault");
    expect(lines.map((line) => line.level)).toEqual(["error"]);
    expect(inspect(lines, { depth: 9 })).not.toContain('quote " in it');
    vault.set(VAULT, "sound again");
    await gateway.refreshSecrets();
    expect(await shown(gateway)).toBe("sound again");
  });

  it("an update does not ask again for what is known, but reads files", async () => {
    const gateway = await start({ namedValues: { a: vaulted, key: file("first") } });
    await gateway.update({ ...showing(file("second")), namedValues: { a: vaulted, key: file("second") } });
    expect([asked.length, await shown(gateway)]).toEqual([1, "second"]);
  });

  it("an update during a refresh wins", async () => {
    const gateway = await start(showing(vaulted));
    vault.set(VAULT, "rotated");
    const refreshed = gateway.refreshSecrets();
    const updated = gateway.update(showing("plain"));
    await Promise.all([refreshed, updated]);
    expect(await shown(gateway)).toBe("plain");
  });

  it("updates come into force in the order in which they were asked for", async () => {
    const gateway = await start(showing("first"));
    const slow = gateway.update(showing(vaulted));
    const fast = gateway.update(showing("last"));
    await Promise.all([slow, fast]);
    expect(await shown(gateway)).toBe("last");
  });

  it.each([
    ["an interval of 0", 0],
    ["a closed gateway", undefined],
  ])("nothing is asked with %s", async (_, interval) => {
    const gateway = await start(showing(vaulted), interval);
    if (interval === undefined) await gateway.close();
    await clock.advance(24 * HOUR);
    expect(asked.length).toBe(1);
  });
});
