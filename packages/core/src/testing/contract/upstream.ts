import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** What the backend of a contract run has seen. */
export interface ContractUpstream {
  readonly url: string;
  /** Requests that have come. */
  requests: number;
  /** Requests whose connection ended before their answer was complete. */
  aborted: number;
  /** Bytes of the endless answer that went out. */
  sent: number;
  close(): Promise<void>;
}

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse, upstream: ContractUpstream) => void;

const KB = Buffer.alloc(1024, "k");

/** Paths of the backend, and how it answers there. Everything else is told back as JSON. */
const answers: Readonly<Record<string, Answer>> = {
  "/empty": (_incoming, outgoing) => outgoing.end(),
  "/text": (_incoming, outgoing) => outgoing.setHeader("Content-Type", "text/plain").end("hello"),
  "/chunked": (_incoming, outgoing) => {
    outgoing.write("one,");
    setImmediate(() => outgoing.end("two"));
  },
  "/cookies": (_incoming, outgoing) => outgoing.setHeader("Set-Cookie", ["a=1; Path=/", "b=2, c"]).end("cookies"),
  "/hop": (_incoming, outgoing) =>
    outgoing.writeHead(200, ["Connection", "close, X-Out, X-Hop", "X-Hop", "1", "X-Out", "backend", "X-Stays", "1"]).end("hop"),
  "/repeated": (_incoming, outgoing) => outgoing.setHeader("X-Many", ["1", "2"]).end("repeated"),
  "/reason": (_incoming, outgoing) => outgoing.writeHead(200, "So so").end(),
  "/large": (_incoming, outgoing) =>
    void outgoing.writeHead(200, { "Content-Length": 3_000_000 }).end(Buffer.alloc(3_000_000, "x")),
  "/stored": (_incoming, outgoing) => outgoing.writeHead(200, { ETag: '"1"', "Content-Type": "text/plain" }).end("stored"),
  "/cut": (_incoming, outgoing) => {
    outgoing.writeHead(200, { "Content-Length": 100 }).write("half");
    setTimeout(() => outgoing.destroy(), 20);
  },
  "/trailers": (_incoming, outgoing) => {
    outgoing.setHeader("Trailer", "X-Sum");
    outgoing.write("body");
    outgoing.addTrailers({ "X-Sum": "42" });
    setImmediate(() => outgoing.end());
  },
  "/early": (_incoming, outgoing) => outgoing.writeHead(413, { "Content-Length": 5, Connection: "close" }).end("early"),
  "/reset": (incoming) => void incoming.socket.destroy(),
  "/never": () => undefined,
  "/head": (_incoming, outgoing) => outgoing.writeHead(200, { "Content-Length": 5, ETag: '"1"' }).end(),
  "/endless": (_incoming, outgoing, upstream) => {
    const more = (): void => {
      while (!outgoing.destroyed && upstream.sent < 200_000_000) {
        upstream.sent += KB.length * 64;
        if (!outgoing.write(Buffer.alloc(KB.length * 64, "e"))) return void outgoing.once("drain", more);
      }
    };
    more();
  },
  "/events": (_incoming, outgoing) => {
    outgoing.writeHead(200, { "Content-Type": "text/event-stream" }).write("data: 1\n\n");
  },
};

/** Starts the backend that contracts are held against. */
export async function startUpstream(): Promise<ContractUpstream> {
  const sockets = new Set<Duplex>();
  const server = createServer((incoming, outgoing) => {
    upstream.requests++;
    outgoing.once("close", () => {
      if (!outgoing.writableFinished) upstream.aborted++;
    });
    const path = (incoming.url ?? "/").split("?")[0]!;
    const status = /^\/status\/(\d{3})$/.exec(path);
    if (status !== null) return void outgoing.writeHead(Number(status[1]), { Location: "/elsewhere" }).end();
    const answer = answers[path];
    if (answer !== undefined) return answer(incoming, outgoing, upstream);
    tellBack(incoming, outgoing).catch(() => outgoing.destroy());
  }).listen(0, "127.0.0.1");
  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex) => shakeHands(incoming, socket, sockets));
  await once(server, "listening");
  const upstream: ContractUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: 0,
    aborted: 0,
    sent: 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return upstream;
}

/** Bytes that came over upgraded connections go back; `bye` ends the connection. */
function shakeHands(incoming: IncomingMessage, socket: Duplex, sockets: Set<Duplex>): void {
  sockets.add(socket);
  socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  if (incoming.url?.startsWith("/refuse") === true)
    return void socket.end("HTTP/1.1 403 Not you\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
  const { "sec-websocket-key": key, "x-changed": changed } = incoming.headers;
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
  );
  socket.write(`${incoming.url} ${changed}\n`);
  socket.on("data", (chunk: Buffer) => (chunk.toString("latin1") === "bye" ? socket.end() : socket.write(chunk)));
}

async function tellBack(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  let length = 0;
  let start = "";
  for await (const chunk of incoming) {
    length += (chunk as Buffer).length;
    if (start.length < 100) start += (chunk as Buffer).toString("latin1", 0, 100);
  }
  const { method, url, rawHeaders } = incoming;
  outgoing.setHeader("Content-Type", "application/json");
  outgoing.end(JSON.stringify({ method, url, rawHeaders, length, start: start.slice(0, 100) }));
}
