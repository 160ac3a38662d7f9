// The upstream of the proxy benchmark: one kilobyte of JSON, as fast as node:http can.
import { createServer } from "node:http";

const body = Buffer.from(
  JSON.stringify({
    accounts: Array.from({ length: 20 }, (_, i) => ({ id: `acc-${i}`, balance: i * 100.5, owner: "someone" })),
  }).padEnd(1024),
);
createServer((request, response) => {
  request.resume();
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
  response.end(body);
}).listen(0, "127.0.0.1", function () {
  process.send({ port: this.address().port });
});
