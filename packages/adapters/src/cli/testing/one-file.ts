import type { PolicyDefinition } from "@turnpike/core";
import { CoverageRecorder, type RecordedItem, runTestFile, type TestResult } from "@turnpike/core/testing";

/** How the tests of files are run. Plain data: threads are given it. */
export interface FileRunOptions {
  /** Only tests whose name holds this text. */
  readonly name?: string;
  /** True: snapshots take the answers of now. */
  readonly update: boolean;
  /** Is it counted what the tests reach? */
  readonly covers: boolean;
  /** Modules with policies of one's own, as `--policies` names them: threads load them for themselves. */
  readonly modules: readonly string[];
}

/** What came of the tests of a file. */
export interface FileRun {
  readonly results: readonly TestResult[];
  /** What they reached; empty if that is not counted. */
  readonly recorded: readonly RecordedItem[];
}

/**
 * Runs the tests of one file, and gives each result as it comes.
 * @param policies those of the modules
 * @param recorded is given what they reached
 */
export async function* fileResults(
  file: string,
  { name, update, covers }: FileRunOptions,
  policies: readonly PolicyDefinition[],
  recorded: RecordedItem[],
): AsyncGenerator<TestResult> {
  const coverage = covers ? new CoverageRecorder() : null;
  yield* runTestFile(file, {
    update,
    policies,
    ...(coverage === null ? {} : { coverage }),
    ...(name === undefined ? {} : { name }),
  });
  if (coverage !== null) recorded.push(...coverage.recorded());
}

/** Runs the tests of one file. */
export async function runWhole(file: string, options: FileRunOptions, policies: readonly PolicyDefinition[]): Promise<FileRun> {
  const results: TestResult[] = [];
  const recorded: RecordedItem[] = [];
  for await (const result of fileResults(file, options, policies, recorded)) results.push(result);
  return { results, recorded };
}
