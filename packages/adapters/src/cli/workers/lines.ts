import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** A line longer than this is cut in two: nothing that a worker writes grows without bound here. */
const LONGEST = 4 * 1024 * 1024;

/**
 * Hands on what a worker writes, line by line, so that lines of several workers never run into each other.
 * @param write takes one line, without its end
 */
export function forwardLines(from: Readable, write: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  from.on("data", (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = lines.pop()!;
    for (const line of lines) write(line);
    if (rest.length > LONGEST) {
      write(rest);
      rest = "";
    }
  });
  from.on("end", () => {
    rest += decoder.end();
    if (rest !== "") write(rest);
  });
  from.on("error", () => {});
}
