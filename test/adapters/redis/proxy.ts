import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a server that a test can spoil. */
export interface LoopbackProxy {
  readonly url: string;
  /** Milliseconds that every piece of an answer is held back. */
  latency: number;
  /** True: the connection is cut as soon as a request has reached the server, before its answer comes. */
  cutsAnswers: boolean;
  close(): Promise<void>;
}

/** Passes connections on to a port of this machine. */
export async function loopbackProxy(port: number): Promise<LoopbackProxy> {
  const sockets = new Set<Socket>();
  const listener = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", end);
      socket.on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    let isCut = false;
    near.on("data", (bytes) => {
      isCut = proxy.cutsAnswers;
      far.write(bytes);
    });
    far.on("data", (bytes) => {
      if (isCut) end();
      else if (proxy.latency === 0) near.write(bytes);
      else setTimeout(() => near.destroyed || near.write(bytes), proxy.latency);
    });
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const proxy: LoopbackProxy = {
    url: `redis://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    latency: 0,
    cutsAnswers: false,
    async close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, "close");
    },
  };
  return proxy;
}
