// The floor: undici's stream between two sockets, nothing else.
import { createServer } from "node:http";
import { Pool } from "undici";
import { ready } from "../servers.mjs";

const pool = new Pool(process.env.UPSTREAM, { connections: 64 });
createServer((request, response) => {
  const headers = { "content-type": request.headers["content-type"], "content-length": request.headers["content-length"] };
  pool
    .stream({ path: request.url, method: request.method, headers, body: request }, ({ statusCode, headers: answered }) =>
      response.writeHead(statusCode, answered),
    )
    .catch(() => response.destroy());
}).listen(0, "127.0.0.1", function () {
  ready(this.address().port);
});
