// The payments service that the sample gateway stands before: plain node:http, flaky on purpose.
import { createServer } from "node:http";

/** Starts it on a free loopback port. Returns its address and a function that stops it. */
export async function startUpstream() {
  let posts = 0;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://upstream");
    const answer = (status, value) => {
      const body = JSON.stringify(value);
      response.writeHead(status, {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(body),
        "X-Powered-By": "ledger/1.0",
      });
      response.end(body);
    };
    request.resume();
    request.on("end", () => {
      if (request.method === "GET" && pathname === "/accounts")
        return answer(200, {
          accounts: [
            { id: "a-1", balance: 120.5 },
            { id: "a-2", balance: 7 },
          ],
        });
      if (request.method === "GET" && pathname === "/rates")
        return answer(200, { pair: searchParams.get("pair") ?? "EURUSD", rate: 1.08, at: new Date().toISOString() });
      if (request.method === "POST" && pathname === "/payments") {
        posts++;
        return posts % 2 === 1 ? answer(503, { error: "busy" }) : answer(201, { id: `p-${posts / 2}` });
      }
      return answer(404, { error: "unknown" });
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => new Promise((resolve) => server.close(resolve)) };
}
