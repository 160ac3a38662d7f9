import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { testAuthority } from "../../certificates.js";
import { type RunningCommand, running } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-tls-judges-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const authority = testAuthority();
const ca = file("ca.pem", authority.cert);
const pair = (name: string, ...hosts: string[]): string => {
  const { cert, key } = authority.issue(name, ...hosts);
  return file(`${name}.pem`, cert + key);
};
const first = pair("first", "first.example");
const second = pair("second", "second.example");
const caller = pair("caller");
const policy = file(
  "policy.xml",
  `<policies><inbound><return-response><set-body>@(context.Request.Certificate?.Subject ?? "nobody")</set-body></return-response></inbound></policies>`,
);

let gateway: RunningCommand | null = null;
afterEach(async () => {
  await gateway?.stop();
  gateway = null;
});

async function served(...options: string[]): Promise<string> {
  gateway = await running(policy, "--backend", "http://127.0.0.1:1", "--tls-cert", first, "--tls-cert", second, ...options);
  return new URL(gateway.url).port;
}

/** What a program that takes no input says; its exit code is part of it. */
function said(program: string, ...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve(`${stdout}\n${stderr}\nexit ${error === null ? 0 : error.code}`),
    );
    child.stdin?.end();
  });
}

/** With CI=true a machine without the program fails. */
const isThere = (program: string, ask = "--version"): boolean =>
  process.env["CI"] === "true" || spawnSync(program, [ask], { stdio: "ignore" }).status === 0;

describe.skipIf(!isThere("openssl", "version"))("turnpike run, as openssl s_client sees it", () => {
  const handshake = (port: string, ...args: string[]): Promise<string> =>
    said("openssl", "s_client", "-connect", `127.0.0.1:${port}`, "-CAfile", ca, ...args);

  it("shows the certificate of the name that is asked for", async () => {
    const port = await served();
    expect(await handshake(port, "-servername", "second.example")).toMatch(/subject=CN\s*=\s*second[\s\S]*Verification: OK/);
    expect(await handshake(port, "-servername", "first.example")).toMatch(/subject=CN\s*=\s*first[\s\S]*Verification: OK/);
  });

  it("takes versions and ciphers as the options say", async () => {
    const port = await served("--tls-min", "1.2", "--tls-ciphers", "ECDHE-RSA-AES256-GCM-SHA384");
    expect(await handshake(port, "-tls1_2")).toContain("Cipher is ECDHE-RSA-AES256-GCM-SHA384");
    expect(await handshake(port, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256")).toMatch(/handshake failure/);
    await gateway!.stop();
    const newer = await served("--tls-min", "1.3");
    expect(await handshake(newer, "-tls1_2")).toMatch(/protocol version/);
    expect(await handshake(newer, "-tls1_3")).toMatch(/TLSv1\.3/);
  });

  it("asks for the certificate of the caller, and agrees on HTTP/2", async () => {
    const port = await served("--tls-client", "require", "--tls-client-ca", ca, "--http2");
    const names = await handshake(port, "-alpn", "h2,http/1.1", "-cert", caller, "-key", caller);
    expect(names).toMatch(/Acceptable client certificate CA names/);
    expect(names).toContain("ALPN protocol: h2");
  });
});

describe.skipIf(!isThere("curl"))("turnpike run, as curl sees it", () => {
  const call = (port: string, ...args: string[]): Promise<string> =>
    said(
      "curl",
      "-sS",
      "--cacert",
      ca,
      "--resolve",
      `second.example:${port}:127.0.0.1`,
      `https://second.example:${port}/`,
      ...args,
    );

  it("answers callers who trust the authority, and takes their certificates", async () => {
    const port = await served("--tls-client", "request");
    expect(await call(port)).toMatch(/^nobody\n/);
    expect(await call(port, "--cert", caller)).toMatch(/^CN=caller\n/);
  });

  it("refuses callers without a certificate where one is required", async () => {
    const port = await served("--tls-client", "require", "--tls-client-ca", ca);
    expect(await call(port, "--cert", caller)).toMatch(/^CN=caller\n/);
    expect(await call(port)).toMatch(/alert|exit [1-9]/);
  });

  it("speaks HTTP/2 and HTTP/1.1 on one port", async () => {
    const port = await served("--http2");
    expect(await call(port, "--http2", "-w", " %{http_version}")).toMatch(/^nobody 2\n/);
    expect(await call(port, "--http1.1", "-w", " %{http_version}")).toMatch(/^nobody 1\.1\n/);
  });
});
