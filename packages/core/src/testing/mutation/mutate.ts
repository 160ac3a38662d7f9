import { PolicyRegistry } from "../../compile/registry.js";
import { maskSecrets } from "../../diagnostics/conceal.js";
import { ConfigurationError } from "../../diagnostics/diagnostic.js";
import type { PolicyDocument } from "../../model/model.js";
import { builtinPolicies } from "../../policies/index.js";
import type { PolicyDefinition } from "../../policy/definition.js";
import { secretMask } from "../../policy/secret-mask.js";
import type { Snapshot } from "../../snapshot/snapshot.js";
import { CoverageRecorder } from "../coverage/recorder.js";
import { casesOf, type TestCase } from "../file/cases.js";
import type { TestFile } from "../file/model.js";
import { readTestFile } from "../file/read.js";
import { describeDiagnostic, runTest } from "../file/run.js";
import { Snapshots } from "../file/snapshots.js";
import { subjectOf } from "../file/subject.js";
import type { TestSubject } from "../world.js";
import { type Mutant, mutantsOf } from "./mutants.js";
import type { MutationOperator } from "./operators.js";

/** What came of a mutant: the tests noticed it, they did not, none of them runs the place, or the change changes nothing. */
export type MutantStatus = "killed" | "survived" | "uncovered" | "equivalent";

/** A mutant and what came of it. */
export interface MutantResult {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly operator: MutationOperator;
  /** The line of the change before and after it, secrets masked. */
  readonly before: string;
  readonly after: string;
  readonly status: MutantStatus;
  /** The test that noticed it, as `file › test`; null if none did. */
  readonly by: string | null;
}

/** Something that keeps mutants from being judged: a file that cannot be read, a test that fails without any change. */
export interface MutationProblem {
  readonly problem: string;
}

/**
 * Changes the documents that test files test, one place at a time, and runs against each change the tests that reach the place, until one
 * fails. Nothing is written. Changes after which a document does not compile are none.
 * @param policies of one's own, beside those that configurations name
 */
export async function* mutateTestFiles(
  files: readonly string[],
  policies: readonly PolicyDefinition[] = [],
): AsyncGenerator<MutantResult | MutationProblem> {
  const suites: Suite[] = [];
  for (const file of files) {
    const suite = new Suite(file, policies);
    yield* await suite.prepare();
    if (suite.isReady) suites.push(suite);
  }
  const registry = new PolicyRegistry(builtinPolicies, policies);
  const documents = new Map<string, PolicyDocument>();
  for (const { documents: own } of suites) for (const [key, document] of own) documents.set(key, document);
  for (const [key, document] of [...documents].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    const concerned = suites.filter((suite) => suite.documents.has(key));
    for (const mutant of mutantsOf(document, registry)) {
      const result = await judge(mutant, key, concerned);
      if (result !== null) yield result;
    }
  }
}

/** Null for a mutant that does not compile. */
async function judge(mutant: Mutant, key: string, suites: readonly Suite[]): Promise<MutantResult | null> {
  const { file, line, column, operator } = mutant;
  const common = {
    file,
    line,
    column,
    operator,
    before: suites[0]!.masked(mutant.before),
    after: suites[0]!.masked(mutant.after),
  };
  let status: MutantStatus | null = null;
  for (const suite of suites) {
    const outcome = await suite.run(mutant, key);
    if (outcome === null) continue;
    if (outcome.status === "killed") return { ...common, ...outcome };
    if (status === null || rank(outcome.status) > rank(status)) ({ status } = outcome);
  }
  return status === null ? null : { ...common, status, by: null };
}

const rank = (status: MutantStatus): number => ["equivalent", "uncovered", "survived", "killed"].indexOf(status);

/** One test file: what it tests, what each of its tests reaches, and what a change makes of it. */
class Suite {
  /** The documents that it is about, by their place. */
  readonly documents = new Map<string, PolicyDocument>();
  isReady = false;
  private data: TestFile | null = null;
  private readonly coverage = new CoverageRecorder();
  private shape: readonly (string | null)[] = [];
  private mask: (text: string) => string = maskSecrets;
  /** Tests that pass without any change. */
  private readonly passing: TestCase[] = [];

  constructor(
    private readonly file: string,
    private readonly policies: readonly PolicyDefinition[],
  ) {}

  /** Runs the tests as they are. */
  async prepare(): Promise<MutationProblem[]> {
    const { data, diagnostics } = readTestFile(this.file);
    if (data === null) return diagnostics.map((diagnostic) => ({ problem: describeDiagnostic(diagnostic) }));
    this.data = data;
    const { policies } = this;
    const subject = subjectOf(data, this.file, {
      policies,
      probes: this.coverage,
      rewrite: (document) => {
        if (document.file !== "default global policy") this.documents.set(keyOf(document), document);
        return document;
      },
    });
    try {
      const world = await subject.open();
      const mask = secretMask(world.gateway.configuration);
      this.mask = (text) => mask.text(text);
      await world.gateway.close();
      this.shape = shapesOf(await subjectOf(data, this.file, { policies, tellsShapes: true }).snapshot());
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return error.diagnostics
        .filter(({ severity }) => severity === "error")
        .map((diagnostic) => ({ problem: describeDiagnostic(diagnostic) }));
    }
    this.isReady = true;
    const problems: MutationProblem[] = [];
    const snapshots = new Snapshots(this.file, false);
    for (const test of casesOf(data)) {
      if (test.skip !== null) continue;
      this.coverage.begin(test.name);
      const [failure] = await runTest(data, test, subject, snapshots);
      this.coverage.begin(null);
      if (failure === undefined) this.passing.push(test);
      else problems.push({ problem: `${this.file} › ${test.name} fails without any change: ${failure.message}` });
    }
    return problems;
  }

  masked(text: string): string {
    return this.mask(text);
  }

  /** What the tests make of a mutant; null if it does not compile. */
  async run(
    { needs, text, file }: Mutant,
    key: string,
  ): Promise<{ readonly status: MutantStatus; readonly by: string | null } | null> {
    const data = this.data!;
    const rewrite = (document: PolicyDocument): PolicyDocument => (keyOf(document) === key ? { ...document, text } : document);
    let subject: TestSubject;
    try {
      subject = subjectOf(data, this.file, { policies: this.policies, rewrite, tellsShapes: true });
      const shape = shapesOf(await subject.snapshot());
      if (shape.length === this.shape.length && shape.every((part, i) => part === this.shape[i]))
        return { status: "equivalent", by: null };
    } catch (error) {
      if (error instanceof ConfigurationError) return null;
      throw error;
    }
    const reaching = this.coverage.testsAt(needs, file);
    const tests = this.passing.filter(({ name }) => reaching.has(name));
    if (tests.length === 0) return { status: "uncovered", by: null };
    const snapshots = new Snapshots(this.file, false);
    for (const test of tests)
      if ((await runTest(data, test, subject, snapshots)).length > 0)
        return { status: "killed", by: `${this.file} › ${test.name}` };
    return { status: "survived", by: null };
  }
}

function keyOf({ file, origin }: PolicyDocument): string {
  return `${file}:${origin?.line ?? 1}:${origin?.column ?? 1}`;
}

/** What every pipeline of a configuration does. */
function shapesOf(snapshot: Snapshot): readonly (string | null)[] {
  const { built } = snapshot;
  return [
    snapshot.program(null, null, null).shape,
    ...built.namespaces.flatMap(({ apis, products }) => {
      const ids = [null, ...products.map(({ id }) => id)];
      return apis.flatMap((api) =>
        [null, ...api.operations].flatMap((operation) => ids.map((id) => snapshot.program(api, operation, id).shape)),
      );
    }),
  ];
}
