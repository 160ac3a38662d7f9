// Load over bare sockets: it must cost far less than what it measures.
import { connect } from "node:net";

/**
 * Keeps `connections` connections busy for `seconds`, or for so many `calls`, each with one request at a time.
 * @param work `staysAwake`: never let the process sleep. Waking it up costs the server's processor time, and the more, the slower the server
 *   is: that would be counted as the server's own. Needs a processor that nobody else wants
 * @returns calls, calls per second and the 99th percentile of the waits in milliseconds
 */
export async function load(
  url,
  { path, headers = {}, method = "GET", body = "", connections, seconds, calls = Number.POSITIVE_INFINITY, staysAwake = false },
) {
  const { hostname, port, host } = new URL(url);
  const length = body === "" ? {} : { "content-length": Buffer.byteLength(body) };
  const lines = Object.entries({ host, ...headers, ...length }).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
  const waits = [];
  const from = performance.now();
  const end = from + (seconds ?? Number.POSITIVE_INFINITY) * 1000;
  let left = calls;

  const caller = () =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      let sentAt = 0;
      let missing = -1;
      const send = () => {
        if (left === 0 || performance.now() >= end) {
          socket.destroy();
          return resolve();
        }
        left--;
        sentAt = performance.now();
        missing = -1;
        socket.write(request);
      };
      socket.on("connect", send);
      socket.on("error", reject);
      socket.on("close", () => reject(new Error(`${url} closed the connection.`)));
      socket.on("data", (chunk) => {
        missing = missing < 0 ? bodyLength(chunk.latin1Slice(), url) : missing;
        missing -= chunk.length;
        if (missing > 0) return;
        waits.push(performance.now() - sentAt);
        send();
      });
    });
  let isAwake = staysAwake;
  const turn = () => {
    if (isAwake) setImmediate(turn);
  };
  turn();
  try {
    await Promise.all(Array.from({ length: connections }, caller));
  } finally {
    isAwake = false;
  }
  const rate = waits.length / ((performance.now() - from) / 1000);
  waits.sort((a, b) => a - b);
  return { rate, calls: waits.length, p99: waits[Math.floor(waits.length * 0.99)] };
}

/** The length of an answer, head included, by what its first chunk says. */
function bodyLength(text, url) {
  if (!/^HTTP\/1\.1 20\d /.test(text)) throw new Error(`${url} answered ${text.slice(0, text.indexOf("\r\n"))}`);
  const head = text.indexOf("\r\n\r\n");
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head));
  if (head < 0 || length === null) throw new Error(`${url} gave no length.`);
  return head + 4 + Number(length[1]);
}
