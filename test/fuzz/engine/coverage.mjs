// What of the packages has run, by V8's block coverage. It has to begin before the packages are loaded.
import { Session } from "node:inspector/promises";

const OURS = /\/packages\/((?:expressions|core|adapters)\/.*)$/;

/** Begins to count. */
export async function startCoverage() {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  return {
    /** What has run since the last time: names of blocks. */
    async take() {
      const { result } = await session.post("Profiler.takePreciseCoverage");
      const blocks = [];
      for (const { url, functions } of result) {
        const file = OURS.exec(url)?.[1];
        if (file === undefined || file.includes("node_modules")) continue;
        for (const { ranges } of functions)
          for (const { startOffset, endOffset, count } of ranges)
            if (count > 0) blocks.push(`${file}:${startOffset}:${endOffset}`);
      }
      return blocks;
    },
    stop: () => session.disconnect(),
  };
}
