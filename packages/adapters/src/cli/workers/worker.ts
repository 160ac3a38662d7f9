import cluster from "node:cluster";
import type { Gateway } from "@turnpike/core";
import type { GatewayMetrics } from "../../admin/index.js";
import { GatewaySource } from "../../admin/source.js";
import { type FromWorker, MARK, type Question, type ToWorker } from "./messages.js";
import { type WorkerStore, workerStore } from "./worker-store.js";

/** The variable that tells a process that it is a worker of `turnpike run`: its number, from 0. */
export const WORKER = "TURNPIKE_WORKER";

/** What a worker of `turnpike run` has of its primary process. */
export interface WorkerLink {
  /** The first one tells of the configuration's findings; the others have the same. */
  readonly speaks: boolean;
  /** The store that all workers share. */
  readonly store: WorkerStore;
  /** What the primary process asks is answered of this gateway from now on. */
  serves(gateway: () => Gateway | null, metrics: GatewayMetrics | null): void;
  listening(url: string): void;
  /** Called when the worker is to finish. */
  onStop(stop: () => void): void;
  /** Lets the process end. */
  leave(): void;
}

/** The link of this process to its primary process; null if it is no worker of `turnpike run`. */
export function workerLink(): WorkerLink | null {
  const number = process.env[WORKER];
  if (!cluster.isWorker || number === undefined) return null;
  const send = (message: FromWorker): void => {
    if (process.connected) process.send!({ [MARK]: message });
  };
  const store = workerStore(send);
  let source: GatewaySource | null = null;
  let allMetrics: (() => Promise<unknown>) | null = null;
  let stop = (): void => {};
  const answerTo = async (question: Question): Promise<unknown> => {
    if (source === null) return null;
    switch (question.what) {
      case "metrics":
        return allMetrics?.() ?? null;
      case "trace":
        return source.trace(question.id);
      case "readiness":
      case "health":
      case "shadow":
      case "traces":
        return source[question.what]();
    }
  };
  const take = (received: unknown): void => {
    const message = (received as { [MARK]?: ToWorker } | null)?.[MARK];
    if (message === undefined) return;
    if (message.kind === "stored") store.answered(message);
    else if (message.kind === "stop") stop();
    else {
      const answered = (value: unknown): void => send({ kind: "answer", number: message.number, value });
      answerTo(message.question).then(answered, () => answered(null));
    }
  };
  process.on("message", take);
  return {
    speaks: number === "0",
    store,
    serves(gateway, metrics) {
      source = new GatewaySource(gateway, {});
      allMetrics = metrics === null ? null : () => metrics.parts(gateway());
    },
    listening: (url) => send({ kind: "listening", url }),
    onStop(told) {
      stop = told;
    },
    leave() {
      process.removeListener("message", take);
      process.channel?.unref();
    },
  };
}
