import { same } from "./cases.js";
import type { ConnectionCase } from "./connections.js";
import { exchange, sendText } from "./wire.js";

/** The header lines that the backend got, as `Name: value`, of those names. */
async function toldLines(address: string, text: string, names: readonly string[]): Promise<string[]> {
  const got = await sendText(address, text.replaceAll("\n", "\r\n"));
  // In chunks or not: the JSON stands on one line.
  const body = /^\{"method".*\}\r?$/m.exec(got)?.[0] ?? "";
  if (body === "") throw new Error(`The backend told nothing: ${got.slice(0, 300)}`);
  const { rawHeaders } = JSON.parse(body) as { rawHeaders: string[] };
  return rawHeaders.flatMap((name, i) =>
    i % 2 === 0 && names.includes(name.toLowerCase()) ? [`${name.toLowerCase()}: ${rawHeaders[i + 1]}`] : [],
  );
}

const basic = "Basic dTpw";

/** What no caller may change: who policies say that he is, and which host the backend hears. */
export const impostorCases: readonly ConnectionCase[] = [
  ...["close, X-User, Authorization", "X-User\nConnection: close, authorization", "close,x-user , AUTHORIZATION,"].map(
    (connection) => ({
      name: `what policies set is not taken out by Connection: ${connection.replace("\n", " and ")}`,
      async run(address: string) {
        const text = `GET /says/echo HTTP/1.1\nHost: g\nConnection: ${connection}\nX-User: eve\nAuthorization: Bearer eve\n\n`;
        same("headers", await toldLines(address, text, ["x-user", "authorization"]), ["x-user: ann", `authorization: ${basic}`]);
      },
    }),
  ),
  {
    name: "what policies and the gateway say is not said in another spelling",
    async run(address) {
      const lines = "X_User: eve\nx_user: eve\nX_Forwarded_For: 6.6.6.6\nX-Forwarded_Host: evil.example\nX_Other: 1";
      const names = ["x-user", "x_user", "x_forwarded_for", "x-forwarded_host", "x_other"];
      const text = `GET /says/echo HTTP/1.1\nHost: g\nConnection: close\n${lines}\n\n`;
      same("headers", (await toldLines(address, text, names)).toSorted(), ["x-user: ann", "x_other: 1"]);
    },
  },
  {
    name: "what frames a message is not taken out by Connection",
    async run(address) {
      const text = "POST /plain/echo HTTP/1.1\nHost: g\nConnection: close, Host, Content-Length\nContent-Length: 4\n\nbody";
      same("headers", await toldLines(address, text, ["content-length"]), ["content-length: 4"]);
    },
  },
  {
    name: "what policies say of an answer is not taken out by the backend's Connection",
    async run(address) {
      const [answer] = await exchange(address, [{ target: "/says/hop" }]);
      const of = (name: string): string[] =>
        answer!.headers.flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
      same("headers", [of("x-out"), of("x-hop"), of("x-stays")], [["policy"], [], ["1"]]);
    },
  },
  ...["g", "G", "g:", "g:80", "g:00080", "G:8080", "evil.example"].map((host) => ({
    name: `the backend hears its own host, whatever the caller calls it: ${host}`,
    async run(address: string, upstream: { readonly url: string }) {
      const text = `GET /plain/echo HTTP/1.1\nHost: ${host}\nX-Forwarded-Host: evil.example\nConnection: close\n\n`;
      same("headers", await toldLines(address, text, ["host"]), [`host: ${new URL(upstream.url).host}`]);
    },
  })),
  {
    name: "the backend hears the host that a policy chooses, be it the caller's",
    async run(address) {
      const text = "GET /says/echo?host HTTP/1.1\nHost: g\nConnection: close\n\n";
      same("headers", await toldLines(address, text, ["host"]), ["host: g"]);
    },
  },
];
