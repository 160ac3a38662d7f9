// What a large body costs a gateway in memory while it goes through.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { fileURLToPath } from "node:url";

const CHUNK = Buffer.alloc(64 * 1024, "x");

/** Writes so many bytes with back-pressure, and ends. */
async function pour(writable, bytes) {
  for (let left = bytes; left > 0; left -= CHUNK.length)
    if (!writable.write(left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK)) await once(writable, "drain");
  writable.end();
}

async function count(readable) {
  let bytes = 0;
  for await (const chunk of readable) bytes += chunk.length;
  return bytes;
}

/** GET answers with the bytes that the path names; POST tells how many came. */
const upstream = () =>
  createServer((incoming, outgoing) => {
    if (incoming.method === "GET") void pour(outgoing, Number(incoming.url.slice(1)));
    else void count(incoming).then((bytes) => outgoing.end(String(bytes)));
  });

function call(port, method, path, bytes) {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", method, path }, resolve);
    sent.on("error", reject);
    if (bytes === 0) sent.end();
    else void pour(sent, bytes);
  });
}

/**
 * Sends a body of so many bytes up through a gateway, then one down, and gives by how much the process of the gateway has grown at most.
 * @returns bytes that went up and came down, and the growth for each in bytes
 */
export async function streamingGrowth(bytes) {
  const backend = upstream();
  backend.listen(0, "127.0.0.1");
  await once(backend, "listening");
  const child = fork(fileURLToPath(new URL("gateway.mjs", import.meta.url)), [`http://127.0.0.1:${backend.address().port}`]);
  try {
    const [{ port }] = await once(child, "message");
    const memory = async () => {
      child.send("memory");
      const [told] = await once(child, "message");
      return told;
    };
    // Code is compiled, pools are made and the young generation has its size before anything is measured: that is some 50 MiB of any process of Node.
    const warm = 32 * 1024 * 1024;
    await count(await call(port, "POST", "/", warm));
    await count(await call(port, "GET", `/${warm}`, 0));
    const { now: before } = await memory();
    const answer = await call(port, "POST", "/", bytes);
    let text = "";
    for await (const chunk of answer) text += chunk;
    const { most: up } = await memory();
    const down = await count(await call(port, "GET", `/${bytes}`, 0));
    const { most } = await memory();
    return { sent: Number(text), received: down, growthUp: up - before, growthDown: most - before };
  } finally {
    child.kill();
    backend.close();
    backend.closeAllConnections();
  }
}
