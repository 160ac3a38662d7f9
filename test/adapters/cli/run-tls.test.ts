import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect } from "node:tls";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { testAuthority } from "../../certificates.js";
import { type RunningCommand, running, turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-tls-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const authority = testAuthority();
const ca = file("ca.pem", authority.cert);
const first = authority.issue("first", "first.example");
const second = authority.issue("second", "*.second.example");
const caller = authority.issue("caller");
const otherAuthority = testAuthority("Other CA");
const stranger = otherAuthority.issue("stranger");
const firstFiles = ["--tls-cert", file("first.crt", first.cert), "--tls-key", file("first.key", first.key)];
// The key may stand behind its certificate.
const both = [...firstFiles, "--tls-cert", file("second.pem", second.cert + second.key), "--tls-key", join(folder, "second.pem")];
const policy = file(
  "policy.xml",
  `<policies><inbound><return-response><set-body>@(context.Request.OriginalUrl.Scheme + " " + (context.Request.Certificate?.Subject ?? "nobody"))</set-body></return-response></inbound></policies>`,
);

let gateway: RunningCommand | null = null;
afterEach(async () => {
  await gateway?.stop();
  gateway = null;
});

/** Runs a gateway with these options: the port that it listens on. */
async function served(...options: string[]): Promise<number> {
  gateway = await running(policy, "--backend", "http://127.0.0.1:1", ...options);
  return Number(new URL(gateway.url).port);
}

const lastMessage = (): unknown => (JSON.parse(gateway!.lines.at(-1)!) as { Message?: unknown }).Message;

/** What a handshake comes to: the common name of the certificate that is shown, the protocol and its version; or an error's code. */
function shaken(
  port: number,
  options: ConnectionOptions,
): Promise<{ name: string; version: string | null; protocol: string | false }> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: "127.0.0.1", port, ca: authority.cert, checkServerIdentity: () => undefined, ...options },
      () => {
        const { CN } = socket.getPeerCertificate().subject;
        resolve({ name: String(CN), version: socket.getProtocol(), protocol: socket.alpnProtocol ?? false });
        socket.destroy();
      },
    );
    socket.once("error", reject);
  });
}

/** The body of an answer. */
function answered(port: number, options: { cert?: string; key?: string } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port, servername: "first.example", ca: authority.cert, agent: false, ...options },
      (incoming) => {
        let text = "";
        incoming.on("data", (chunk: Buffer) => (text += chunk.toString())).on("end", () => resolve(text));
      },
    );
    sent.once("error", reject);
    sent.end();
  });
}

describe("turnpike run with TLS", () => {
  it("shows the certificate of the name that callers ask for, and the first one to others", async () => {
    const port = await served(...both);
    const names = ["first.example", "www.second.example", "a.b.second.example", "other.example", ""];
    const shown = await Promise.all(names.map(async (servername) => (await shaken(port, { servername })).name));
    expect(shown).toEqual(["first", "second", "first", "first", "first"]);
    expect(await answered(port)).toBe("https nobody");
  });

  it("takes no lower version than --tls-min", async () => {
    const port = await served(...firstFiles, "--tls-min", "1.3");
    expect((await shaken(port, {})).version).toBe("TLSv1.3");
    await expect(shaken(port, { maxVersion: "TLSv1.2" })).rejects.toThrow(/protocol version/);
  });

  it("takes the ciphers of --tls-ciphers", async () => {
    const port = await served(...firstFiles, "--tls-ciphers", "ECDHE-RSA-AES256-GCM-SHA384");
    const older = { maxVersion: "TLSv1.2" } as const;
    await expect(shaken(port, { ...older, ciphers: "ECDHE-RSA-AES128-GCM-SHA256" })).rejects.toThrow(/handshake failure/);
    expect((await shaken(port, { ...older, ciphers: "ECDHE-RSA-AES256-GCM-SHA384" })).version).toBe("TLSv1.2");
  });

  it("hands certificates of callers to policies, known or not, with --tls-client request", async () => {
    const port = await served(...firstFiles, "--tls-client", "request");
    expect(await answered(port)).toBe("https nobody");
    expect(await answered(port, caller)).toBe("https CN=caller");
    expect(await answered(port, stranger)).toBe("https CN=stranger");
  });

  it("refuses callers without a certificate of its authorities with --tls-client require", async () => {
    const port = await served(...firstFiles, "--tls-client", "require", "--tls-client-ca", ca);
    expect(await answered(port, caller)).toBe("https CN=caller");
    await expect(answered(port)).rejects.toThrow();
    await expect(answered(port, stranger)).rejects.toThrow();
  });

  it("reads certificates again at SIGHUP, and keeps the last ones where the new ones cannot be used", async () => {
    const pair = file("changing.pem", first.cert + first.key);
    const port = await served("--tls-cert", pair);
    expect((await shaken(port, {})).name).toBe("first");
    writeFileSync(pair, second.cert + second.key);
    process.emit("SIGHUP");
    expect((await shaken(port, {})).name).toBe("second");
    expect((await shaken(port, { servername: "www.second.example" })).name).toBe("second");
    writeFileSync(pair, second.cert + first.key);
    process.emit("SIGHUP");
    expect((await shaken(port, {})).name).toBe("second");
    await vi.waitFor(() => expect(lastMessage()).toBe("tls certificates unusable"));
  });

  it("reads certificates and authorities again when their files change", async () => {
    const pair = file("rotating.pem", first.cert + first.key);
    const authorities = file("rotating-ca.pem", authority.cert);
    const port = await served("--tls-cert", pair, "--tls-client", "require", "--tls-client-ca", authorities);
    expect(await answered(port, caller)).toBe("https CN=caller");
    await expect(answered(port, stranger)).rejects.toThrow();
    writeFileSync(authorities, otherAuthority.cert);
    await expect.poll(() => answered(port, stranger).catch(() => "refused"), { timeout: 60_000 }).toBe("https CN=stranger");
    await expect(answered(port, caller)).rejects.toThrow();
    writeFileSync(pair, second.cert + second.key);
    await expect.poll(async () => (await shaken(port, stranger)).name, { timeout: 60_000 }).toBe("second");
  });

  it("serves HTTP/2 and HTTP/1.1 on one port with --http2", async () => {
    const port = await served(...firstFiles, "--http2");
    expect((await shaken(port, { ALPNProtocols: ["h2", "http/1.1"] })).protocol).toBe("h2");
    expect(await answered(port)).toBe("https nobody");
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: authority.cert, servername: "first.example" });
    const stream = session.request({ ":path": "/x" });
    stream.setEncoding("utf8");
    let text = "";
    for await (const chunk of stream) text += chunk as string;
    session.close();
    expect(text).toBe("https nobody");
  });

  it("serves HTTP/2 by prior knowledge with --http2 and no certificate", async () => {
    const port = await served("--http2");
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const stream = session.request({ ":path": "/x" });
    stream.setEncoding("utf8");
    let text = "";
    for await (const chunk of stream) text += chunk as string;
    session.close();
    expect(text).toBe("http nobody");
  });

  it.each([
    [["--tls-key", "a"], "'--tls-key' needs '--tls-cert'."],
    [["--tls-cert", "/none.pem"], "'--tls-cert' does not work: /none.pem cannot be read (ENOENT)."],
    [["--tls-cert", ca, "--tls-key", join(folder, "first.key")], `Invalid certificate '${ca}' with key`],
    [[...firstFiles, "--tls-key", "b"], "'--tls-key' stands 2 times, '--tls-cert' 1 times"],
    [[...firstFiles, "--tls-min", "1.1"], "Invalid value '1.1' of '--tls-min': expected 1.2 or 1.3."],
    [[...firstFiles, "--tls-ciphers", "none"], "Invalid value 'none' of '--tls-ciphers'"],
    [[...firstFiles, "--tls-client", "no"], "Invalid value 'no' of '--tls-client': expected request or require."],
    [[...firstFiles, "--tls-client", "require"], "'--tls-client require' needs '--tls-client-ca'."],
    [[...firstFiles, "--tls-client-ca", ca], "'--tls-client-ca' needs '--tls-client'."],
    [[...firstFiles, "--tls-client", "request", "--tls-client-ca", policy], `Invalid file '${policy}' of '--tls-client-ca'`],
  ])("says what is wrong with %j", async (options, message) => {
    const { code, err } = await turnpike("run", policy, "--backend", "http://127.0.0.1:1", "--port", "0", ...options);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
