// The upstream of the proxy benchmark: one kilobyte of JSON to every request, by a bare socket, so that little but the proxies is measured.
import { createServer } from "node:net";

const body = Buffer.from(
  JSON.stringify({
    accounts: Array.from({ length: 20 }, (_, i) => ({ id: `acc-${i}`, balance: i * 100.5, owner: "someone" })),
  }).padEnd(1024),
);
const answer = Buffer.concat([
  Buffer.from(
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=60\r\n\r\n`,
  ),
  body,
]);
const END = "\r\n\r\n";
createServer({ noDelay: true }, (socket) => {
  let head = "";
  socket.on("data", (chunk) => {
    head += chunk.latin1Slice();
    // Requests have no body here: each blank line ends one.
    for (let end = head.indexOf(END); end >= 0; end = head.indexOf(END)) {
      head = head.slice(end + END.length);
      socket.write(answer);
    }
  });
  socket.on("error", () => socket.destroy());
}).listen(0, "127.0.0.1", function () {
  process.send({ port: this.address().port });
});
