import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { ConfigurationError } from "@turnpike/core";
import {
  type InvariantModel,
  openProof,
  type Proof,
  type ReadInvariants,
  readInvariants,
  runTestFile,
} from "@turnpike/core/testing";
import { isArmAddress } from "../../arm/index.js";
import { isTemplate } from "../../templates/index.js";
import { type Command, type CommandCall, UsageError } from "../command.js";
import { complainOf, configurationFile, readConfiguration, readingDetails, readingOptions } from "../configuration.js";
import { paint } from "../diagnostics.js";
import type { Found } from "../prove/search.js";

const DEFAULTS = { seed: 1, runs: 1000, seconds: 60 };

/** `turnpike prove`: looks for requests of which what should always hold does not. */
export const proveCommand: Command = {
  usage: "prove CONFIG --invariants FILE",
  details: [
    ...readingDetails,
    "Requests are made of operations, schemas, keys, tokens and what documents compare with; those that reach something new lead on to others.",
    "What breaks an invariant is made as small as it can be and written to NAME.policy-test.yaml, which fails as long as the invariant is broken.",
    "That nothing is found is no proof. The same seed and number of runs find the same, unless time runs out.",
    "With --json, one object an invariant: invariant, ok, runs, met, interrupted, why, file, line, column, test; then the summary.",
  ],
  options: {
    invariants: { type: "string", value: "FILE", help: "the invariants, see docs/reference/invariants.md" },
    seed: { type: "string", value: "NUMBER", help: `where chance begins; default ${DEFAULTS.seed}` },
    runs: { type: "string", value: "NUMBER", help: `most trials of an invariant; default ${DEFAULTS.runs}` },
    seconds: { type: "string", value: "NUMBER", help: `most time for all invariants; default ${DEFAULTS.seconds}` },
    to: { type: "string", value: "FOLDER", help: "where tests are written; default: beside the invariants" },
    name: { type: "string", short: "t", value: "TEXT", help: "only invariants whose name holds TEXT" },
    ...readingOptions,
  },
  async run(call) {
    const [path, ...others] = call.positionals;
    const file = call.text("invariants");
    if (path === undefined || others.length > 0 || file === undefined)
      throw new UsageError(
        "'prove' needs a configuration and its invariants.",
        "Example: turnpike prove gateway.yaml --invariants gateway.invariants.yaml",
      );
    const bounds = { seed: numberOf(call, "seed", 0), runs: numberOf(call, "runs", 1), seconds: numberOf(call, "seconds", 1) };
    const read = readInvariants(file);
    if (read.data === null) return refused(read.diagnostics, call);
    const name = call.text("name") ?? "";
    const invariants = read.data.invariants.filter((invariant) => String(invariant.name).includes(name));
    if (invariants.length === 0) throw new UsageError(`No invariant's name holds '${name}'.`);
    let proof: Proof;
    try {
      proof = await openProof(await readConfiguration(path, call), read, call.policies);
    } catch (error) {
      if (error instanceof ConfigurationError) return refused(error.diagnostics, call);
      throw error;
    }
    return prove({ call, path, read, proof, bounds }, invariants);
  },
};

interface Session {
  readonly call: CommandCall;
  readonly path: string;
  readonly read: ReadInvariants;
  readonly proof: Proof;
  readonly bounds: typeof DEFAULTS;
}

async function prove(session: Session, invariants: readonly InvariantModel[]): Promise<number> {
  const { call, proof, read, bounds } = session;
  for (const check of proof.surface.unmet) call.output.complain(`No token can be made for ${check}`);
  if (proof.surface.operations.length === 0)
    throw new UsageError(`${session.path} has no operation that requests could be made for.`);
  const [fc, { search }] = await Promise.all([import("fast-check"), import("../prove/search.js")]);
  const end = performance.now() + bounds.seconds * 1000;
  let broken = 0;
  let untried = 0;
  let runs = 0;
  for (const [done, invariant] of invariants.entries()) {
    // What is left is shared by those that are left.
    const time = Math.max(1, (end - performance.now()) / (invariants.length - done));
    const found = await search(fc, proof, invariant, { ...bounds, time });
    runs += found.runs;
    if (found.counterExample !== null) broken++;
    else if (found.met === 0) untried++;
    const index = read.data!.invariants.indexOf(invariant);
    const place = read.placeOf(["invariants", index]);
    const test = found.counterExample === null ? null : await written(session, invariant, found.counterExample);
    print(session, invariant, found, place, test);
  }
  const summary = {
    broken,
    untried,
    held: invariants.length - broken - untried,
    runs,
    reached: proof.reached,
    seed: bounds.seed,
  };
  if (call.has("json")) call.output.print(JSON.stringify({ summary: true, ...summary }));
  else
    call.output.print(
      `${broken} broken, ${summary.held} not broken in ${runs} trials, which reached ${proof.reached} places of the documents.`,
    );
  if (untried > 0)
    call.output.complain(
      `${untried} not tried: no request met their 'when'. More --runs or --seconds, or a token that can be made, may help.`,
    );
  return broken + untried === 0 ? 0 : 1;
}

function print(
  { call, read }: Session,
  invariant: InvariantModel,
  { counterExample, runs, met, isInterrupted }: Found,
  place: { readonly line: number; readonly column: number },
  test: string | null,
): void {
  const { output } = call;
  const name = String(invariant.name);
  const why = counterExample?.violation.why ?? null;
  if (call.has("json")) {
    const result = { invariant: name, ok: counterExample === null && met > 0, runs, met, interrupted: isInterrupted, why };
    output.print(JSON.stringify({ ...result, file: read.file, ...place, test }));
    return;
  }
  if (why === null) {
    if (met === 0) return output.print(`${paint("red", "?", output.stdout)} ${name} (${runs} trials, none of which it is about)`);
    const until = isInterrupted ? ", until time ran out" : "";
    output.print(`${paint("green", "✓", output.stdout)} ${name} (${runs} trials${until})`);
    return;
  }
  output.print(`${paint("red", "✗", output.stdout)} ${name}`);
  output.print(`    ${read.file}:${place.line}:${place.column} ${why}`);
  output.print(`    ${test}`);
}

/** Writes a counter-example as a policy test, and sees that the test fails. */
async function written(
  session: Session,
  invariant: InvariantModel,
  { trial, violation }: NonNullable<Found["counterExample"]>,
): Promise<string> {
  const { call, path, read, proof, bounds } = session;
  const folder = call.text("to") ?? dirname(read.file);
  const file = join(folder, `${slugOf(String(invariant.name))}.policy-test.yaml`);
  const heading = [
    `Written by turnpike prove --seed ${bounds.seed}: it fails as long as the invariant of ${toPosix(relative(folder, read.file))} is broken.`,
    violation.why,
  ];
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, proof.testFile(invariant, trial, violation, gatewayOf(path, folder, proof), heading));
  for await (const result of runTestFile(file, { policies: call.policies }))
    if (result.ok)
      call.output.complain(`${file} passes although the invariant is broken: a test cannot say all that the invariant says.`);
  return file;
}

/** How a test file in a folder names a configuration. */
function gatewayOf(path: string, folder: string, proof: Proof): string | Readonly<Record<string, unknown>> {
  const file = isArmAddress(path) || isTemplate(path) ? null : configurationFile(path);
  if (file === null) return proof.gatewayFor(folder);
  const named = toPosix(relative(resolve(folder), resolve(file)));
  return named.startsWith(".") ? named : `./${named}`;
}

const toPosix = (path: string): string => path.split(sep).join("/");

/** A name for a file, from a sentence. */
function slugOf(name: string): string {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 80);
  return words === "" ? "invariant" : words;
}

function refused(diagnostics: ConfigurationError["diagnostics"], { output }: CommandCall): number {
  complainOf(
    diagnostics.filter(({ severity }) => severity === "error"),
    output,
  );
  return 1;
}

function numberOf(call: CommandCall, name: keyof typeof DEFAULTS, least: number): number {
  const written = call.text(name);
  if (written === undefined) return DEFAULTS[name];
  const value = Number(written);
  if (!/^\d+$/.test(written) || value < least || value > 2_147_483_647)
    throw new UsageError(`Invalid value '${written}' of '--${name}': expected a whole number from ${least}.`);
  return value;
}
