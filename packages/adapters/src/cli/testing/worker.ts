import module from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import type { FileRunOptions } from "./one-file.js";

/** What a thread is asked for: the tests of a file. */
export interface Asked {
  readonly file: string;
}

// Where Node has it: what was compiled once is not compiled again.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
const [{ runWhole }, { policiesIn }] = await Promise.all([import("./one-file.js"), import("../own-policies.js")]);
const options = workerData as FileRunOptions;
const policies = await policiesIn(options.modules);

parentPort!.on("message", ({ file }: Asked) => {
  void runWhole(file, options, policies).then((run) => parentPort!.postMessage({ run }));
});
parentPort!.postMessage(null);
