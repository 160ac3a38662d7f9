import { once } from "node:events";
import { same } from "./cases.js";
import { type ConnectionCase, open } from "./connections.js";
import { until } from "./waiting.js";
import { sendText } from "./wire.js";

const handshake = (target: string, more = "", connection = "keep-alive, Upgrade"): string =>
  `GET ${target} HTTP/1.1\nHost: g\nConnection: ${connection}\nUpgrade: WebSocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: a2V5\n${more}\n`;

const crlf = (text: string): string => text.replaceAll("\n", "\r\n");

/** What connections that become WebSockets must do. Frames are nobody's business on the way: any bytes do. */
export const socketCases: readonly ConnectionCase[] = [
  {
    name: "a WebSocket goes through, its handshake by way of policies",
    async run(address) {
      const got = await sendText(address, crlf(handshake("/socket/a?b=1")), (text) => text.endsWith("yes\n"));
      const [head, rest] = got.split("\r\n\r\n");
      same("start", head!.startsWith("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"), true);
      same("accept and X-Out", [head!.includes("\r\nSec-WebSocket-Accept: a2V5"), head!.includes("\r\nX-Out: 1")], [true, true]);
      same("backend", rest, "/live/a?b=1 yes\n");
    },
  },
  {
    name: "what policies set for a handshake is not taken out by Connection",
    async run(address) {
      const text = crlf(handshake("/socket/a", "X-Changed: no\n", "Upgrade, X-Changed, Sec-WebSocket-Version"));
      const got = await sendText(address, text, (received) => received.endsWith("\n") && received.includes("/live"));
      same("backend", got.split("\r\n\r\n")[1], "/live/a yes\n");
    },
  },
  {
    name: "bytes of a WebSocket pass both ways",
    async run(address) {
      const socket = open(address, handshake("/socket/a"));
      let length = 0;
      socket.on("data", (chunk: Buffer) => {
        length += chunk.length;
      });
      await until(() => length > 0, "the answer comes");
      const before = length;
      socket.write(Buffer.alloc(2_000_000, "x"));
      await until(() => length === before + 2_000_000, "the echo comes");
      socket.destroy();
    },
  },
  {
    name: "the end of a WebSocket's backend is the caller's",
    async run(address) {
      const socket = open(address, handshake("/socket/a"));
      await once(socket, "data");
      socket.resume().write("bye");
      await once(socket, "end");
      socket.destroy();
    },
  },
  {
    name: "a policy refuses a WebSocket",
    async run(address, upstream) {
      const before = upstream.requests;
      const got = await sendText(address, crlf(handshake("/socket/a?no")));
      same("answer", [got.split("\r\n")[0], got.endsWith("who are you")], ["HTTP/1.1 401 Who", true]);
      same("requests at the backend", upstream.requests, before);
    },
  },
  {
    name: "a backend refuses a WebSocket",
    async run(address) {
      const got = await sendText(address, crlf(handshake("/refusing/a")));
      same("answer", [got.split("\r\n")[0], got.endsWith("\r\n\r\nno")], ["HTTP/1.1 403 Not you", true]);
    },
  },
  {
    name: "an API of HTTP takes no WebSocket, and one of WebSockets no ordinary request",
    async run(address) {
      const closing = "GET /socket/a HTTP/1.1\nHost: g\nConnection: close\n\n";
      for (const text of [handshake("/plain/text"), closing])
        same("status", (await sendText(address, crlf(text))).slice(0, 13), "HTTP/1.1 404 ");
    },
  },
  {
    name: "a handshake with a body is refused",
    async run(address) {
      const got = await sendText(address, crlf(`${handshake("/socket/a", "Content-Length: 3\n")}abc`));
      same("status", got.slice(0, 13), "HTTP/1.1 400 ");
    },
  },
  {
    name: "a wish for another protocol is passed over",
    async run(address) {
      const wish = "Connection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAMAAABk";
      const first = `POST /plain/echo HTTP/1.1\nHost: g\n${wish}\nContent-Length: 5\n\nhello`;
      const got = await sendText(address, crlf(`${first}GET /plain/text HTTP/1.1\nHost: g\nConnection: close\n\n`));
      same("answers", got.match(/HTTP\/1\.1 \d{3}/g), ["HTTP/1.1 200", "HTTP/1.1 200"]);
      same("body", [got.includes('"length":5'), /h2c/i.test(got), got.endsWith("hello")], [true, false, true]);
    },
  },
];
