import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { ConfigurationInput, TraceDocument } from "@turnpike/core";
import { type RequestModel, readTestFile, replayTrace, runTestFile, type TestFile } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");
/** Folders with test files, and more of them than this a random choice of 200 runs takes. Those beside the repository may be missing. */
const folders: readonly (readonly [name: string, folder: string, files: number])[] = [
  ["the examples", join(root, "docs/examples/policies"), 15],
  ["the scenarios beside the repository", join(root, "../shared/scenarios"), 15],
];
const filesIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith(".policy-test.yaml"));

/** A repeatable series of numbers from 0 to 1 (mulberry32). */
function series(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The requests of an example's tests. */
const requestsOf = ({ tests }: TestFile): RequestModel[] =>
  tests
    .flatMap(({ request, steps = [] }) => [request, ...steps.map((step) => step.request)])
    .filter((sent) => sent !== undefined);

/** A request with something else in it than its test sends. */
function varied(request: RequestModel, random: () => number): RequestModel {
  const headers = Object.entries(request.headers ?? {}).filter(() => random() > 0.15);
  const kinds: Partial<RequestModel>[] = [
    {},
    {},
    { ipAddress: `10.0.0.${Math.floor(random() * 250)}` },
    { method: ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"][Math.floor(random() * 6)]! },
    { body: { id: Math.floor(random() * 1000), text: 'é " < & 日本' } },
    { url: `${request.url!}${request.url!.includes("?") ? "&" : "?"}n=${Math.floor(random() * 10)}` },
    { headers: { ...Object.fromEntries(headers), Authorization: "Bearer not-a-token-of-anybody", "X-Api-Key": "k-123456" } },
  ];
  return { ...request, headers: Object.fromEntries(headers), ...kinds[Math.floor(random() * kinds.length)] };
}

interface Run {
  readonly trace: TraceDocument;
  readonly configuration: ConfigurationInput;
  readonly name: string;
}

/** Runs an example with other requests than it has, several in one world. */
async function randomRuns(folder: string, random: () => number): Promise<Run[]> {
  const files = filesIn(folder);
  const name = files[Math.floor(random() * files.length)]!;
  const file = join(folder, name);
  const { data } = readTestFile(file);
  const requests = requestsOf(data!);
  const steps = Array.from({ length: 4 }, () => ({
    ...(random() < 0.3 ? { after: `${Math.floor(random() * 20)}s` } : {}),
    request: varied(requests[Math.floor(random() * requests.length)]!, random),
    ...(random() < 0.2 ? { repeat: 3 } : random() < 0.2 ? { parallel: 3 } : {}),
    expect: { elapsed: { min: "0s" } },
  }));
  const runs: Run[] = [];
  const text = JSON.stringify({ ...data, tests: [{ name: "random", steps }] });
  const options = {
    text,
    onTrace: (trace: TraceDocument, configuration: ConfigurationInput) => void runs.push({ trace, configuration, name }),
  };
  for await (const result of runTestFile(file, options)) expect(result.test).toBe("random");
  return runs;
}

/** As it is written to a file and read again. */
const written = (trace: TraceDocument): TraceDocument => JSON.parse(JSON.stringify(trace)) as TraceDocument;

describe("a recorded request", () => {
  it.each(folders.filter(([, folder]) => existsSync(folder)))(
    "runs again to the same end: 200 random runs of %s",
    async (_, folder, fewest) => {
      const random = series(20261201);
      const runs: Run[] = [];
      while (runs.length < 200) runs.push(...(await randomRuns(folder, random)));
      const statuses = new Set<number>();
      for (const { trace, configuration, name } of runs.slice(0, 200)) {
        const { differences, trace: again } = await replayTrace(written(trace), configuration);
        expect.soft({ name, request: trace.recording!.request, differences }).toMatchObject({ differences: [] });
        expect(again.id).toBe(trace.id);
        statuses.add(trace.answer.status);
      }
      // They are no two hundred times the same.
      expect(statuses.size).toBeGreaterThan(5);
      expect(new Set(runs.map(({ name }) => name)).size).toBeGreaterThan(fewest);
    },
  );
});
