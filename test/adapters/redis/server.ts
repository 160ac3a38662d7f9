import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const hasServer = spawnSync("redis-server", ["--version"]).status === 0;

/** Why tests of Redis cannot run here; null where they can. Never a reason with CI=true: then they fail. */
export function whyNoRedis(): string | null {
  if (hasServer || process.env["CI"] === "true") return null;
  return "Skipped: these tests start redis-server, which is not on this machine (apt-get install redis-server).";
}

/** A redis-server of a test's own. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Starts it, again on the same port after {@link RedisServer.kill}: empty. */
  start(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Stops it: it holds its connections and answers nothing. */
  pause(): void;
  resume(): void;
  /** Ends it and takes its folder away. */
  dispose(): Promise<void>;
}

/** Starts a redis-server on a free port, with a folder of its own. */
export async function redisServer(...options: string[]): Promise<RedisServer> {
  return server((port, folder) => {
    const fixed = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"];
    return [...fixed, ...options];
  });
}

/** Starts a Sentinel that alone decides about a group of servers, a second after their master has gone. */
export async function sentinelServer(name: string, masterPort: number): Promise<RedisServer> {
  return server((port, folder) => {
    const file = join(folder, "sentinel.conf");
    const lines = [
      `port ${port}`,
      "bind 127.0.0.1",
      `dir ${folder}`,
      `sentinel monitor ${name} 127.0.0.1 ${masterPort} 1`,
      `sentinel down-after-milliseconds ${name} 1000`,
      `sentinel failover-timeout ${name} 3000`,
    ];
    writeFileSync(file, lines.join("\n"));
    return [file, "--sentinel"];
  });
}

async function server(argumentsFor: (port: number, folder: string) => string[]): Promise<RedisServer> {
  if (!hasServer) throw new Error("redis-server is not on this machine: apt-get install redis-server");
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "turnpike-redis-"));
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    child = spawn("redis-server", argumentsFor(port, folder), { stdio: "ignore" });
    await answering(port, child);
  };
  const kill = async (): Promise<void> => {
    if (child === null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    child = null;
  };
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    pause: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    async dispose() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}.`);
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
      socket.once("data", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("redis-server does not answer.");
}
