// The floor: undici's stream between two sockets, nothing else.
import { createServer } from "node:http";
import { Pool } from "undici";
import { ready } from "../servers.mjs";
import { upstream } from "./common.mjs";

const pool = new Pool(upstream, { connections: 64 });
createServer((request, response) => {
  pool
    .stream({ path: request.url, method: request.method, headers: { accept: "*/*" } }, ({ statusCode, headers }) =>
      response.writeHead(statusCode, headers),
    )
    .catch(() => response.destroy());
}).listen(0, "127.0.0.1", function () {
  ready(this.address().port);
});
