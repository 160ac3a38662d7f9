import { holds, same } from "../engine/finding.mjs";
import { world } from "../engine/world.mjs";

/** The Cookie header: a pool of backends keeps a session by one, and an expression reads it. */
export const front = {
  tokens: 'session= ; , = " \\ $Path=/ $Version=1 a=b Session= __Host-session= %3D session'.split(" "),
  seeds: () => [
    "session=FIRST",
    "a=b; session=SECOND; c=d",
    "session=; session=FIRST",
    'session="FIRST"',
    "a; b=c",
    "session=nobody",
    "x=session=FIRST;session = SECOND ",
  ],
  async open() {
    const { send } = await world({
      sections: { inbound: `<set-backend-service backend-id="pool" />` },
      configuration: {
        backends: {
          first: { url: "http://first.internal" },
          second: { url: "http://second.internal" },
          pool: {
            pool: {
              services: [{ backend: "first" }, { backend: "second" }],
              sessionAffinity: { sessionId: { source: "Cookie", name: "session" } },
            },
          },
        },
      },
    });
    /** What the pool calls its members in cookies. */
    const names = {};
    for (let i = 0; i < 4; i++) {
      const { sent, headers } = await send({}, "");
      names[new URL(sent[0].url).hostname.split(".")[0]] = /^session=([^;]+)/.exec(headers.get("set-cookie"))[1];
    }
    return {
      async run(bytes) {
        const cookie = bytes
          .toString("latin1")
          .replace(/[^\t\x20-\x7e\x80-\xff]/g, "")
          .replaceAll("FIRST", names.first)
          .replaceAll("SECOND", names.second);
        const { sent, headers, status } = await send({ headers: [["Cookie", cookie]] }, cookie);
        same(status, 200, "the status");
        const host = new URL(sent[0].url).hostname.split(".")[0];
        holds(host === "first" || host === "second", "escaped", `a cookie has led to ${host}`);
        // RFC 6265, 5.2 and 5.4: pairs between semicolons, blanks around names and values do not count; the first of a name is the one.
        const pair = cookie.split(";").find((one) => one.includes("=") && one.slice(0, one.indexOf("=")).trim() === "session");
        const value = pair?.slice(pair.indexOf("=") + 1).trim();
        const wanted = Object.keys(names).find((name) => names[name] === value);
        if (wanted !== undefined) {
          same(host, wanted, "the session's backend");
          holds(!headers.has("set-cookie"), "differs", "a kept session is told again");
        } else holds(headers.get("set-cookie")?.startsWith(`session=${names[host]};`), "differs", "a new session is not told");
        same(sent[0].headers.getAll("cookie"), [cookie], "the cookies on their way");
      },
    };
  },
};
