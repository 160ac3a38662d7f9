import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { same } from "./cases.js";
import type { ContractUpstream } from "./upstream.js";
import { exchange } from "./wire.js";

/** One case about connections: what must hold besides the answer. */
export interface ConnectionCase {
  readonly name: string;
  readonly run: (address: string, upstream: ContractUpstream) => Promise<void>;
}

function open(address: string, text: string): Socket {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.write(text.replaceAll("\n", "\r\n"));
  return socket;
}

/** Waits until something holds. @throws Error after five seconds */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${what} did not come about.`);
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
        got.map((one) => one.body),
        ["short", "hello"],
      );
    },
  },
  {
    name: "a caller that goes away before the answer ends the call",
    async run(address, upstream) {
      const before = upstream.aborted;
      const socket = open(address, "GET /plain/never HTTP/1.1\nHost: g\n\n");
      await new Promise((resolve) => setTimeout(resolve, 60));
      socket.destroy();
      await until("the backend's abort", () => upstream.aborted > before);
    },
  },
  {
    name: "a caller that goes away in the middle of the answer ends the call",
    async run(address, upstream) {
      const before = upstream.aborted;
      const socket = open(address, "GET /plain/endless HTTP/1.1\nHost: g\n\n");
      await once(socket, "data");
      socket.destroy();
      await until("the backend's abort", () => upstream.aborted > before);
    },
  },
  {
    name: "a slow reader holds the backend back",
    async run(address, upstream) {
      upstream.sent = 0;
      const socket = open(address, "GET /plain/endless HTTP/1.1\nHost: g\n\n");
      await once(socket, "readable");
      await new Promise((resolve) => setTimeout(resolve, 150));
      const { sent } = upstream;
      socket.destroy();
      same("held back", sent < 100_000_000, true);
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
      await until("the first event", () => text.includes("data: 1\n\n"));
      socket.destroy();
    },
  },
];
