import type { Output } from "./command.js";

/** What shells report of a program that SIGPIPE has ended: 128 and its number. */
const ENDED_BY_PIPE = 141;

/**
 * From now on the process ends in silence when whoever reads its output goes away, as in `turnpike policies | head -1`: with the exit code
 * that it has come to, or else with 141, so that a check that was cut off is never taken for one that passed.
 * @returns has the process go on without a reader
 */
export function endWithReader({ stdout, stderr }: Output): () => void {
  let isLastReader = true;
  const gone = (error: NodeJS.ErrnoException): void => {
    if (error.code !== "EPIPE" && error.code !== "EOF") throw error;
    // A command that has said all of what it had to say sets its exit code first.
    if (isLastReader) setImmediate(() => process.exit(process.exitCode ?? ENDED_BY_PIPE));
  };
  for (const stream of [stdout, stderr]) stream.on("error", gone);
  return () => {
    isLastReader = false;
  };
}
