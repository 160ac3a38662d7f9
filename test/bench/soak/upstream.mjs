// The backend of the soak: good answers and bad ones, by path.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const json = JSON.stringify({ items: Array.from({ length: 20 }, (_, i) => ({ id: i, name: `item ${i}`, price: i * 1.5 })) });
const big = Buffer.alloc(256 * 1024, "x");
const pick = (list) => list[Math.floor(Math.random() * list.length)];

const kinds = {
  good: (_, response) => response.writeHead(200, { "Content-Type": "application/json" }).end(json),
  slow: (_, response) => setTimeout(() => kinds.good(null, response), 50 + Math.random() * 400),
  error: (_, response) => response.writeHead(pick([500, 502, 503, 404])).end("failed"),
  /** Longer than the gateway waits. */
  late: (_, response) => setTimeout(() => response.end("too late"), 2_500),
  reset(request, response) {
    if (Math.random() < 0.5) return request.socket.destroy();
    response.writeHead(200, { "Content-Length": big.length }).write(big.subarray(0, 1_000));
    setTimeout(() => request.socket.destroy(), 5);
  },
  big: (_, response) => response.writeHead(200).end(big),
  echo: (request, response) =>
    request.pipe(response.writeHead(200, { "Content-Type": request.headers["content-type"] ?? "text/plain" })),
  /** Reads slowly, and answers at the end. */
  sink(request, response) {
    let length = 0;
    request.on("data", (chunk) => {
      length += chunk.length;
    });
    request.on("end", () => response.end(String(length)));
  },
};

const server = createServer((request, response) => {
  response.on("error", () => {});
  request.on("error", () => {});
  (kinds[request.url.split("?")[0].split("/").pop()] ?? kinds.good)(request, response);
});
server.keepAliveTimeout = 2_000;
const sockets = new WebSocketServer({ server });
sockets.on("connection", (socket) => {
  socket.on("error", () => {});
  socket.on("message", (data, isBinary) => {
    if (String(data) === "break") socket.terminate();
    else socket.send(data, { binary: isBinary });
  });
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit());
