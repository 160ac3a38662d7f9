import { createSecureServer, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import {
  type CallOptions,
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import { serve } from "@turnpike/adapters/node";
import { createGateway, type Gateway } from "@turnpike/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { selfSigned } from "../adapters/node/servers.js";

// Every call is judged by gRPC's own client and server: messages are plain bytes to both.
const same = (bytes: Buffer): Buffer => bytes;
const SERVICE = "/echo.Echo/";
const certificate = selfSigned("localhost");
let reached = 0;
let cancelled = 0;

const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: SERVICE + name,
  requestStream,
  responseStream,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});

function echoServer(): Server {
  const server = new Server();
  server.addService(
    {
      unary: method("unary", false, false),
      never: method("never", false, false),
      server: method("server", false, true),
      client: method("client", true, false),
      both: method("both", true, true),
    },
    {
      unary: (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) => {
        const text = call.request.toString();
        if (text === "fail") return done({ code: status.FAILED_PRECONDITION, details: "not now" });
        const trailer = new Metadata();
        trailer.set("x-sum", String(text.length));
        const head = new Metadata();
        head.set("x-seen", call.metadata.get("x-policy").join());
        call.sendMetadata(head);
        done(null, Buffer.from(`got ${text}`), trailer);
      },
      never: (call: ServerUnaryCall<Buffer, Buffer>) => {
        reached++;
        call.on("cancelled", () => cancelled++);
      },
      server: (call: ServerWritableStream<Buffer, Buffer>) => {
        for (let i = 0; i < 3; i++) call.write(Buffer.from(`${call.request.toString()}${i}`));
        call.end();
      },
      client: (call: ServerReadableStream<Buffer, Buffer>, done: sendUnaryData<Buffer>) => {
        let length = 0;
        call.on("data", (chunk: Buffer) => (length += chunk.length));
        call.on("end", () => done(null, Buffer.from(String(length))));
      },
      both: (call: ServerDuplexStream<Buffer, Buffer>) => {
        call.on("data", (chunk: Buffer) => call.write(Buffer.from(`re: ${chunk.toString()}`)));
        call.on("end", () => call.end());
      },
    },
  );
  return server;
}

const configuration = (port: number, scheme: string) => ({
  policy: `<policies><inbound><set-header name="X-Policy" exists-action="override"><value>@(context.Operation.Id)</value></set-header>
    <choose><when condition="@(context.Request.Headers.GetValueOrDefault("x-refuse", "") != "")"><return-response><set-status code="401" /></return-response></when></choose>
    </inbound><backend><forward-request /></backend></policies>`,
  backends: {
    echo: { url: `${scheme}://localhost:${port}`, tls: { validateCertificateChain: false, validateCertificateName: false } },
  },
  apis: {
    echo: {
      type: "grpc" as const,
      path: "",
      subscriptionRequired: false,
      policy: `<policies><inbound><base /><set-backend-service backend-id="echo" /></inbound></policies>`,
      operations: { all: { method: "POST", urlTemplate: "/echo.Echo/*" } },
    },
  },
});

describe.each(["http", "https"] as const)("gRPC through the gateway, over %s", (scheme) => {
  const backend = echoServer();
  let gateway: Gateway;
  let close: () => Promise<void>;
  let client: Client;

  beforeAll(async () => {
    const { cert, key } = certificate;
    const serverCredentials =
      scheme === "http"
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(cert), private_key: Buffer.from(key) }]);
    const backendPort = await new Promise<number>((resolve, reject) =>
      backend.bindAsync("localhost:0", serverCredentials, (error, port) => (error === null ? resolve(port) : reject(error))),
    );
    gateway = await createGateway(configuration(backendPort, scheme));
    const server = scheme === "http" ? createServer() : createSecureServer({ cert, key, allowHTTP1: true });
    ({ close } = serve(server, gateway));
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    const { port } = server.address() as AddressInfo;
    client = new Client(
      `localhost:${port}`,
      scheme === "http" ? credentials.createInsecure() : credentials.createSsl(Buffer.from(cert)),
      // Its connections end with it.
      { "grpc.use_local_subchannel_pool": 1 },
    );
  });
  afterAll(async () => {
    client.close();
    await close();
    await gateway.close();
    backend.forceShutdown();
  });

  /** A unary call: its answer, or the error with its code, and what came before and behind the answer. */
  function unary(name: string, text: string, metadata = new Metadata(), options: CallOptions = {}) {
    const seen: { head?: Metadata; trailer?: Metadata } = {};
    let cancel = (): void => undefined;
    const done = new Promise<{ error: ServiceError | null; text: string | undefined }>((resolve) => {
      const call = client.makeUnaryRequest(SERVICE + name, same, same, Buffer.from(text), metadata, options, (error, value) =>
        resolve({ error, text: value?.toString() }),
      );
      call.on("metadata", (head: Metadata) => (seen.head = head));
      call.on("status", ({ metadata: trailer }) => (seen.trailer = trailer));
      cancel = () => call.cancel();
    });
    return { done, seen, cancel };
  }

  it("a unary call comes through policies, with metadata and trailers", async () => {
    const { done, seen } = unary("unary", "hello");
    expect(await done).toEqual({ error: null, text: "got hello" });
    expect(seen.head!.get("x-seen")).toEqual(["all"]);
    expect(seen.trailer!.get("x-sum")).toEqual(["5"]);
  });

  it("a failure is the backend's own", async () => {
    const { error } = await unary("unary", "fail").done;
    expect({ code: error?.code, details: error?.details }).toEqual({ code: status.FAILED_PRECONDITION, details: "not now" });
  });

  it("a refusal by a policy is the status that gRPC has for it", async () => {
    const metadata = new Metadata();
    metadata.set("x-refuse", "yes");
    expect((await unary("unary", "a", metadata).done).error?.code).toBe(status.UNAUTHENTICATED);
  });

  it("a call that no operation takes is unimplemented", async () => {
    const error = await new Promise<ServiceError | null>((resolve) => {
      client.makeUnaryRequest("/other.Service/x", same, same, Buffer.from(""), (failed) => resolve(failed));
    });
    expect(error?.code).toBe(status.UNIMPLEMENTED);
  });

  it("a deadline and a cancellation reach the backend", async () => {
    const before = cancelled;
    expect(reached).toBe(before);
    const late = unary("never", "a", new Metadata(), { deadline: Date.now() + 300 });
    expect((await late.done).error?.code).toBe(status.DEADLINE_EXCEEDED);
    await vi.waitFor(() => expect(cancelled).toBe(before + 1), 20_000);
    const given = unary("never", "b");
    await vi.waitFor(() => expect(reached).toBe(before + 2), 20_000);
    given.cancel();
    expect((await given.done).error?.code).toBe(status.CANCELLED);
    await vi.waitFor(() => expect(cancelled).toBe(before + 2), 20_000);
  });

  it("a server's stream comes message by message", async () => {
    const call = client.makeServerStreamRequest(`${SERVICE}server`, same, same, Buffer.from("m"));
    const texts: string[] = [];
    for await (const message of call) texts.push(String(message));
    expect(texts).toEqual(["m0", "m1", "m2"]);
  });

  it("a client's stream goes up as it is written", async () => {
    const total = await new Promise<string>((resolve, reject) => {
      const call = client.makeClientStreamRequest(`${SERVICE}client`, same, same, (error, value) =>
        error === null ? resolve(String(value)) : reject(error),
      );
      for (let i = 0; i < 20; i++) call.write(Buffer.alloc(100_000, "x"));
      call.end();
    });
    expect(total).toBe("2000000");
  });

  it("both sides talk at the same time", async () => {
    const call = client.makeBidiStreamRequest(`${SERVICE}both`, same, same);
    const next = (): Promise<string> => new Promise((resolve) => call.once("data", (chunk: Buffer) => resolve(chunk.toString())));
    for (const word of ["one", "two", "three"]) {
      // Each answer is there before the next message is written: nothing waits for the end of the request.
      const answer = next();
      call.write(Buffer.from(word));
      expect(await answer).toBe(`re: ${word}`);
    }
    const ended = new Promise((resolve) => call.once("status", resolve));
    call.resume();
    call.end();
    expect(await ended).toMatchObject({ code: status.OK });
  });

  it("many calls at once share connections", async () => {
    const answers = await Promise.all(Array.from({ length: 150 }, (_, i) => unary("unary", String(i)).done));
    expect(answers.map(({ text }) => text)).toEqual(answers.map((_, i) => `got ${i}`));
  });
});

it("a backend that is not there is unavailable", async () => {
  const gateway = await createGateway(configuration(1, "http"));
  const server = createServer();
  const { close } = serve(server, gateway);
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const client = new Client(`localhost:${(server.address() as AddressInfo).port}`, credentials.createInsecure());
  const error = await new Promise<ServiceError | null>((resolve) => {
    client.makeUnaryRequest(`${SERVICE}unary`, same, same, Buffer.from(""), (failed) => resolve(failed));
  });
  expect(error?.code).toBe(status.UNAVAILABLE);
  client.close();
  await close();
  await gateway.close();
});
