import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { createGateway, type GatewayConfiguration } from "@turnpike/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestCertificate, testAuthority, toPfx } from "../../certificates.js";

type Backend = NonNullable<GatewayConfiguration["backends"]>[string];

const authority = testAuthority();
const clients = testAuthority("Clients");
const alice = clients.issue("alice");
const bob = clients.issue("bob");
const closing: (() => void)[] = [];
let secure: string;
let misnamed: string;
let asking: string;
let plain: string;

async function listening(server: Server | ReturnType<typeof createTlsServer>): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Answers with the subject of the client's certificate, and what the request looked like. */
async function upstream(certificate: TestCertificate, asksForCertificate = false): Promise<string> {
  const settings = { ...certificate, ca: clients.cert, requestCert: asksForCertificate, rejectUnauthorized: asksForCertificate };
  const server = createTlsServer(settings, (request, response) => {
    response.setHeader("X-Subject", (request.socket as TLSSocket).getPeerCertificate().subject?.CN ?? "none");
    response.end("hello");
  });
  return `https://127.0.0.1:${await listening(server)}`;
}

beforeAll(async () => {
  const named = authority.issue("backend", "127.0.0.1");
  secure = await upstream(named);
  asking = await upstream(named, true);
  misnamed = await upstream(authority.issue("other", "other.example"));
  const server = createServer((request, response) => {
    response.setHeader("X-Url", request.url!);
    response.setHeader("X-Lines", request.rawHeaders.filter((_, index) => index % 2 === 0).join(","));
    response.end("plain");
  });
  plain = `http://127.0.0.1:${await listening(server)}`;
});

afterAll(() => {
  for (const close of closing.splice(0).reverse()) close();
});

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

async function call(backend: Backend, certificates: GatewayConfiguration["certificates"] = {}, headers: [string, string][] = []) {
  const gateway = await createGateway({
    certificates,
    backends: { main: backend },
    apis: {
      api: {
        path: "api",
        subscriptionRequired: false,
        operations: { all: { method: "GET", urlTemplate: "/*" } },
        policy: '<policies><inbound><base /><set-backend-service backend-id="main" /></inbound></policies>',
      },
    },
  });
  open.push(gateway);
  const once = async () => {
    const response = await gateway.handle({ method: "GET", url: "https://api.example/api/x?y=1", headers });
    if (response.body !== null && !(response.body instanceof Uint8Array)) for await (const _ of response.body);
    const header = (name: string) => [...response.headers].find(([one]) => one.toLowerCase() === name)?.[1];
    return { status: response.status, subject: header("x-subject"), url: header("x-url"), lines: header("x-lines") };
  };
  return { ...(await once()), again: once };
}

const ca = authority.cert;

describe("what is asked of a backend's certificate", () => {
  it.each<[string, () => Backend, number]>([
    ["its authority must be known", () => ({ url: secure }), 502],
    ["the authority may be given", () => ({ url: secure, tls: { ca } }), 200],
    ["another authority is not enough", () => ({ url: secure, tls: { ca: clients.cert } }), 502],
    ["the chain may go unvalidated", () => ({ url: secure, tls: { validateCertificateChain: false } }), 200],
    [
      "with an authority given it may not",
      () => ({ url: secure, tls: { ca: clients.cert, validateCertificateChain: false } }),
      502,
    ],
    ["its name must be the host's", () => ({ url: misnamed, tls: { ca } }), 502],
    ["also where the chain goes unvalidated", () => ({ url: misnamed, tls: { validateCertificateChain: false } }), 502],
    ["the name may go unvalidated", () => ({ url: misnamed, tls: { ca, validateCertificateName: false } }), 200],
    ["the chain is validated all the same", () => ({ url: misnamed, tls: { validateCertificateName: false } }), 502],
    ["both may", () => ({ url: misnamed, tls: { validateCertificateName: false, validateCertificateChain: false } }), 200],
  ])("%s", async (_, backend, status) => {
    const outcome = await call(backend());
    expect(outcome.status).toBe(status);
    // Connections of before, and sessions that are taken up again, are held to the same.
    expect((await outcome.again()).status).toBe(status);
  });

  it("an authority that is none is refused at load", async () => {
    await expect(call({ url: secure, tls: { ca: "not PEM" } })).rejects.toMatchObject({
      diagnostics: [{ code: "TP3005", file: "configuration#backends.main.tls.ca" }],
    });
  });
});

describe("the client certificate of a backend", () => {
  const certificates = {
    alice: { certificate: alice.cert, key: alice.key },
    bob: { pfx: toPfx(bob, "s3cret").toString("base64"), password: "s3cret" },
  };
  const backend = (credentials?: Backend["credentials"]): Backend => ({
    url: asking,
    tls: { ca },
    ...(credentials === undefined ? {} : { credentials }),
  });

  it.each<[string, Backend["credentials"], string]>([
    ["PEM, by id", { certificate: ["alice"] }, "alice"],
    ["PKCS #12, by id", { certificateIds: ["bob"] }, "bob"],
    ["the first of several", { certificate: ["alice", "bob"] }, "alice"],
  ])("%s", async (_, credentials, subject) => {
    expect(await call(backend(credentials), certificates)).toMatchObject({ status: 200, subject });
  });

  it("by thumbprint, in any case", async () => {
    const gateway = await createGateway({ certificates });
    open.push(gateway);
    const { thumbprint } = gateway.configuration.certificates.get("alice")!;
    expect(await call(backend({ certificate: [thumbprint.toLowerCase()] }), certificates)).toMatchObject({ subject: "alice" });
  });

  it("its password may be a named value", async () => {
    const gateway = await createGateway({
      namedValues: { password: { secret: true, value: "s3cret" } },
      certificates: { bob: { ...certificates.bob, password: "{{password}}" } },
    });
    open.push(gateway);
    expect(gateway.configuration.certificates.size).toBe(1);
  });

  it("without one the backend does not answer", async () => {
    expect((await call(backend())).status).toBe(502);
  });

  it("is not shown to a backend at the same address that has none", async () => {
    const gateway = await createGateway({
      certificates,
      backends: { with: backend({ certificate: ["alice"] }), without: { url: asking, tls: { ca } } },
      apis: {
        api: {
          path: "api",
          subscriptionRequired: false,
          operations: { all: { method: "GET", urlTemplate: "/{id}" } },
          policy: `<policies><inbound><base /><set-backend-service backend-id="@(context.Request.MatchedParameters["id"])" /></inbound></policies>`,
        },
      },
    });
    open.push(gateway);
    const statuses = [];
    for (const id of ["with", "without", "with"])
      statuses.push((await gateway.handle({ method: "GET", url: `https://api.example/api/${id}`, headers: {} })).status);
    expect(statuses).toEqual([200, 502, 200]);
  });
});

describe("a proxy", () => {
  let seen: { line: string; authorization: string | undefined }[];
  let proxy: string;
  let refusal = 0;

  beforeEach(() => {
    seen = [];
    refusal = 0;
  });

  beforeAll(async () => {
    const note = ({ method, url, headers }: IncomingMessage): boolean => {
      seen.push({ line: `${method} ${url}`, authorization: headers["proxy-authorization"] });
      return refusal === 0;
    };
    const server = createServer((request, response) => {
      if (!note(request)) return response.writeHead(refusal).end();
      const { rawHeaders: raw } = request;
      const headers = raw.filter((_, index) => raw[index - (index % 2)]!.toLowerCase() !== "proxy-authorization");
      return httpRequest(request.url!, { method: request.method!, headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.rawHeaders);
        answer.pipe(response);
      }).end();
    });
    server.on("connect", (request: IncomingMessage, socket: Socket) => {
      if (!note(request)) return socket.end(`HTTP/1.1 ${refusal} No\r\nContent-Length: 0\r\n\r\n`);
      const [host, port] = request.url!.split(":");
      const target = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        target.pipe(socket).pipe(target);
      });
      target.on("error", () => socket.destroy());
      return socket.on("error", () => target.destroy());
    });
    proxy = `http://127.0.0.1:${await listening(server)}`;
  });

  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;

  it("tunnels to an https backend, which sees the client certificate and is validated as ever", async () => {
    const certificates = { alice: { certificate: alice.cert, key: alice.key } };
    const tunnelled: Backend = { url: asking, tls: { ca }, credentials: { certificate: ["alice"] }, proxy: { url: proxy } };
    expect(await call(tunnelled, certificates)).toMatchObject({ status: 200, subject: "alice" });
    expect(seen).toEqual([{ line: `CONNECT ${asking.slice(8)}`, authorization: undefined }]);
    expect((await call({ url: misnamed, tls: { ca }, proxy: { url: proxy } })).status).toBe(502);
    expect((await call({ url: misnamed, tls: { validateCertificateChain: false }, proxy: { url: proxy } })).status).toBe(502);
    expect((await call({ url: secure, proxy: { url: proxy } })).status).toBe(502);
  });

  it("is asked for the whole URL of an http backend; repeated header lines stay", async () => {
    const outcome = await call({ url: `${plain}/base`, proxy: { url: proxy } }, {}, [
      ["X-A", "1"],
      ["X-A", "2"],
    ]);
    expect(outcome).toMatchObject({ status: 200, url: "/base/x?y=1", lines: expect.stringContaining("X-A,X-A") });
    expect(seen).toEqual([{ line: `GET ${plain}/base/x?y=1`, authorization: undefined }]);
  });

  it.each<[string, () => NonNullable<Backend["proxy"]>]>([
    ["in its settings", () => ({ url: proxy, username: "us:r", password: "p@ss" })],
    ["in its URL", () => ({ url: proxy.replace("//", "//us%3Ar:p%40ss@") })],
  ])("is told who calls, the backend is not: %s", async (_, settings) => {
    const outcome = await call({ url: plain, proxy: settings() });
    expect(outcome.status).toBe(200);
    expect(outcome.lines!.toLowerCase()).not.toContain("proxy");
    await call({ url: secure, tls: { ca }, proxy: settings() });
    expect(seen.map((one) => one.authorization)).toEqual([basic("us:r:p@ss"), basic("us:r:p@ss")]);
  });

  it("that refuses to tunnel is a connection failure; to an http backend its answer is the answer", async () => {
    refusal = 407;
    expect((await call({ url: secure, tls: { ca }, proxy: { url: proxy } })).status).toBe(502);
    expect((await call({ url: plain, proxy: { url: proxy } })).status).toBe(407);
  });

  it("that is not there is a connection failure", async () => {
    const gone = "http://127.0.0.1:1";
    expect((await call({ url: secure, proxy: { url: gone } })).status).toBe(502);
    expect((await call({ url: plain, proxy: { url: gone } })).status).toBe(502);
  });
});
