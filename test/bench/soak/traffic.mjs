// Callers of the soak: so many calls a second of every kind, among them those that go away.
import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { WebSocket } from "ws";
import { AUDIENCE } from "./configuration.mjs";

/** Milliseconds after which a call counts as not answered. */
const PATIENCE = 60_000;
const KEYS = 200;

const json = JSON.stringify({ order: { id: 1, items: Array.from({ length: 30 }, (_, i) => ({ item: i })) } });
const large = Buffer.alloc(512 * 1024, "y");
const below = (end) => Math.floor(Math.random() * end);

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
function token(secret, claims) {
  const text = `${part({ alg: "HS256" })}.${part({ aud: AUDIENCE, exp: Math.floor(Date.now() / 1000) + 300, ...claims })}`;
  return `Bearer ${text}.${createHmac("sha256", Buffer.from(secret, "base64")).update(text).digest("base64url")}`;
}

/** Seconds that a caller uses a token before it gets another. */
const TOKEN_USE = 240;
const tokens = new Map();

/** A caller's token: as callers do, he keeps it while it is good. */
function tokenOf(secret, sub) {
  const known = tokens.get(sub);
  const now = Date.now() / 1000;
  if (known !== undefined && now < known.until) return known.text;
  const text = token(secret, { sub });
  tokens.set(sub, { text, until: now + TOKEN_USE });
  return text;
}

/** Kinds of calls with their weights. */
const kinds = (secret) => [
  [20, () => ({ path: "/plain/good" })],
  [10, () => ({ path: "/token/good", headers: { Authorization: tokenOf(secret, String(below(50))) } })],
  [3, () => ({ path: "/token/good", headers: { Authorization: `${token(secret, {})}x` } })],
  [15, () => ({ path: `/cached/good?key=${below(KEYS)}` })],
  [6, () => ({ path: `/value/good?key=${below(KEYS)}` })],
  [15, () => ({ path: `/limited/good?key=${below(KEYS)}` })],
  [3, () => ({ path: "/limited/good?key=hot" })],
  [4, () => ({ path: "/converted/echo", method: "POST", body: json, headers: { "Content-Type": "application/json" } })],
  [3, () => ({ path: "/plain/echo", method: "POST", body: large })],
  [3, () => ({ path: "/plain/big" })],
  [3, () => ({ path: "/plain/slow" })],
  [2, () => ({ path: "/plain/error" })],
  [2, () => ({ path: "/retried/error" })],
  [3, () => ({ path: "/plain/reset", mayBreak: true })],
  [1, () => ({ path: "/plain/late" })],
  [2, () => ({ path: "/side/good" })],
  [2, () => ({ path: "/guarded/error" })],
  [2, () => ({ path: "/slots/slow" })],
  [2, () => ({ path: "/plain/slow", leavesAfter: below(200) })],
  [1, () => ({ path: "/plain/big", leavesAfter: below(20) })],
  [
    1,
    () => ({
      path: "/plain/sink",
      method: "POST",
      body: large.subarray(0, 1_000),
      claims: large.length,
      leavesAfter: 20 + below(50),
    }),
  ],
  [1, () => ({ path: "/nowhere" })],
];

/**
 * Starts calls at a steady rate.
 * @returns what came of them, and what ends it: resolves when every call is over
 */
export function startTraffic({ port, secret, rate }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const table = kinds(secret).flatMap(([weight, make]) => Array(weight).fill(make));
  const outcome = { calls: 0, answered: 0, left: 0, broken: 0, unanswered: [], failed: [], statuses: {}, sockets: 0 };
  const underway = new Set();
  const track = (work) => {
    underway.add(work);
    void work.finally(() => underway.delete(work));
  };
  const call = () => {
    outcome.calls++;
    if (below(100) < 2) track(talk(port, outcome));
    else track(ask({ port, agent, ...table[below(table.length)]() }, outcome));
  };
  const began = Date.now();
  let due = 0;
  const timer = setInterval(() => {
    // Calls that a pause of this process put off are made up for, but not all at once.
    for (let most = rate; due < ((Date.now() - began) / 1000) * rate && most > 0; due++, most--) call();
  }, 10);
  return {
    outcome,
    async stop() {
      clearInterval(timer);
      while (underway.size > 0) await Promise.all(underway);
      agent.destroy();
    },
  };
}

/** One call over HTTP. */
function ask({ port, agent, path, method = "GET", headers = {}, body, claims, leavesAfter, mayBreak = false }, outcome) {
  return new Promise((resolve) => {
    let isOver = false;
    const end = (count) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(patience);
      clearTimeout(leaving);
      count();
      resolve();
    };
    const sent = request({
      host: "127.0.0.1",
      port,
      agent: leavesAfter === undefined ? agent : false,
      path,
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "Content-Length": claims ?? body.length }) },
    });
    const patience = setTimeout(() => {
      end(() => outcome.unanswered.push(`${method} ${path}`));
      sent.destroy();
    }, PATIENCE);
    const leaving =
      leavesAfter === undefined
        ? undefined
        : setTimeout(() => {
            end(() => outcome.left++);
            sent.destroy();
          }, leavesAfter);
    const answered = (status) =>
      end(() => {
        outcome.answered++;
        outcome.statuses[status] = (outcome.statuses[status] ?? 0) + 1;
      });
    const broke = (error) =>
      end(() => (mayBreak ? outcome.broken++ : outcome.failed.push(`${method} ${path}: ${error.message}`)));
    sent.on("response", (response) => {
      response.on("end", () => answered(response.statusCode));
      response.on("error", broke);
      response.on("aborted", () => broke(new Error("cut off")));
      response.resume();
    });
    sent.on("error", (error) => broke(error));
    if (claims === undefined) sent.end(body);
    else sent.write(body);
  });
}

/** A WebSocket connection: some words there and back, then an end, by the caller or by the backend, in good order or not. */
function talk(port, outcome) {
  outcome.sockets++;
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket/`);
    let words = 1 + below(5);
    let isOver = false;
    const end = (count) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(patience);
      count();
      resolve();
    };
    const patience = setTimeout(() => {
      end(() => outcome.unanswered.push("a WebSocket connection"));
      socket.terminate();
    }, PATIENCE);
    const way = below(3);
    socket.on("open", () => socket.send("word"));
    socket.on("message", () => {
      if (--words > 0) socket.send("word");
      else if (way === 0) socket.close();
      else if (way === 1) socket.send("break");
      else socket.terminate();
    });
    socket.on("error", (error) => end(() => outcome.failed.push(`WebSocket: ${error.message}`)));
    socket.on("close", () => end(() => outcome.answered++));
  });
}
