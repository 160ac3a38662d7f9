import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { same } from "./cases.js";
import type { ContractUpstream } from "./upstream.js";
import { standstill, until } from "./waiting.js";
import { exchange, sendText } from "./wire.js";

/** One case about connections: what must hold besides the answer. */
export interface ConnectionCase {
  readonly name: string;
  readonly run: (address: string, upstream: ContractUpstream) => Promise<void>;
}

/** A connection on which text was sent; `\n` stands for CRLF. */
export function open(address: string, text: string): Socket {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.write(text.replaceAll("\n", "\r\n"));
  return socket;
}

/** What connections must do. */
export const connectionCases: readonly ConnectionCase[] = [
  {
    name: "a connection serves one request after another",
    async run(address) {
      const requests = ["/plain/text", "/answer/x", "/read/text", "/plain/chunked", "/nothing/x", "/plain/text"];
      const got = await exchange(
        address,
        requests.map((target) => ({ target })),
      );
      same(
        "statuses",
        got.map(({ status }) => status),
        [200, 418, 200, 200, 404, 200],
      );
    },
  },
  {
    name: "an upload that nobody reads leaves the connection usable",
    async run(address) {
      const body = "x".repeat(300_000);
      const got = await exchange(address, [{ method: "POST", target: "/answer/x", body }, { target: "/plain/text" }]);
      same(
        "answers",
        got.map((answer) => answer.body),
        ["short", "hello"],
      );
    },
  },
  {
    name: "a caller that goes away before the answer ends the call",
    async run(address, upstream) {
      const before = [upstream.requests, upstream.aborted];
      const socket = open(address, "GET /plain/never HTTP/1.1\nHost: g\n\n");
      await until(() => upstream.requests > before[0]!, "the request reaches the backend");
      socket.destroy();
      await until(() => upstream.aborted > before[1]!, "the backend's call ends");
    },
  },
  {
    name: "a caller that goes away in the middle of the answer ends the call",
    async run(address, upstream) {
      const before = upstream.aborted;
      const socket = open(address, "GET /plain/endless HTTP/1.1\nHost: g\n\n");
      await once(socket, "data");
      socket.destroy();
      await until(() => upstream.aborted > before, "the backend's call ends");
    },
  },
  {
    name: "a slow reader holds the backend back",
    async run(address, upstream) {
      upstream.sent = 0;
      const socket = open(address, "GET /plain/endless HTTP/1.1\nHost: g\n\n");
      await once(socket, "readable");
      const sent = await standstill(() => upstream.sent);
      socket.destroy();
      same("held back", sent < 100_000_000, true);
    },
  },
  {
    name: "a caller that goes away in the middle of its upload ends the call",
    async run(address, upstream) {
      const before = [upstream.requests, upstream.aborted];
      const socket = open(address, "POST /plain/echo HTTP/1.1\nHost: g\nContent-Length: 100000\n\nhalf");
      await until(() => upstream.requests > before[0]!, "the request reaches the backend");
      socket.destroy();
      await until(() => upstream.aborted > before[1]!, "the backend's call ends");
    },
  },
  {
    name: "a caller that goes away while a policy reads its body reaches no backend",
    async run(address, upstream) {
      const before = upstream.requests;
      const socket = open(address, "POST /read/echo HTTP/1.1\nHost: g\nExpect: 100-continue\nContent-Length: 100000\n\n");
      // Leave is given when the body is first asked for.
      await once(socket, "data");
      socket.write("half");
      socket.destroy();
      await sendText(address, "GET /answer/x HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n");
      same("requests", upstream.requests, before);
    },
  },
  {
    name: "a caller that goes away while a policy waits ends what it waits for, and reaches no backend",
    async run(address, upstream) {
      const before = [upstream.requests, upstream.aborted];
      const socket = open(address, "GET /waits/text HTTP/1.1\nHost: g\n\n");
      await until(() => upstream.requests > before[0]!, "the policy calls");
      socket.destroy();
      await until(() => upstream.aborted > before[1]!, "that call ends");
      await sendText(address, "GET /answer/x HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n");
      same("requests", upstream.requests, before[0]! + 1);
    },
  },
  {
    name: "a backend that does not read holds the upload back",
    async run(address) {
      const socket = open(address, "POST /plain/never HTTP/1.1\nHost: g\nContent-Length: 1000000000\n\n");
      let sent = 0;
      const chunk = Buffer.alloc(256 * 1024);
      const more = (): void => {
        while (sent < 300_000_000) {
          sent += chunk.length;
          if (!socket.write(chunk)) return void socket.once("drain", more);
        }
      };
      more();
      await standstill(() => sent);
      socket.destroy();
      same("held back", sent < 100_000_000, true);
    },
  },
  {
    name: "an answer that comes before the upload has ended is passed on",
    async run(address) {
      const got = await sendText(address, "POST /plain/early HTTP/1.1\r\nHost: g\r\nContent-Length: 100000\r\n\r\nhalf", (text) =>
        text.endsWith("early"),
      );
      same("answer", [got.slice(0, 13), got.endsWith("early")], ["HTTP/1.1 413 ", true]);
    },
  },
  {
    name: "a caller that waits for leave to send its body gets it",
    async run(address) {
      const socket = open(
        address,
        "POST /plain/echo HTTP/1.1\nHost: g\nExpect: 100-continue\nContent-Length: 4\nConnection: close\n\n",
      );
      let text = "";
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      await until(() => text.startsWith("HTTP/1.1 100 Continue\r\n\r\n"), "leave is given");
      socket.write("body");
      await until(() => text.includes('"length":4'), "the answer comes");
      socket.destroy();
    },
  },
  {
    name: "requests that come at once are answered in order",
    async run(address) {
      const written = (target: string, more = ""): string => `GET ${target} HTTP/1.1\r\nHost: g\r\n${more}\r\n`;
      const got = await sendText(
        address,
        written("/plain/chunked") + written("/answer/x") + written("/plain/text", "Connection: close\r\n"),
      );
      same("answers", got.match(/HTTP\/1\.1 \d{3}/g), ["HTTP/1.1 200", "HTTP/1.1 418", "HTTP/1.1 200"]);
    },
  },
  {
    name: "a caller of HTTP/1.0 gets no chunks, and its connection ends",
    async run(address) {
      const got = await sendText(address, "GET /plain/chunked HTTP/1.0\r\nHost: g\r\n\r\n");
      same("answer", [got.slice(0, 13), /transfer-encoding/i.test(got), got.endsWith("one,two")], ["HTTP/1.1 200 ", false, true]);
    },
  },
  {
    name: "events go out as they come",
    async run(address) {
      const socket = open(address, "GET /plain/events HTTP/1.1\nHost: g\n\n");
      let text = "";
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      await until(() => text.includes("data: 1\n\n"), "the first event comes");
      socket.destroy();
    },
  },
];
