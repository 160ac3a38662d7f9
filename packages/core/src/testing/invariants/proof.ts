import { relative, sep } from "node:path";
import { stringify } from "yaml";
import { LoadedConfiguration } from "../../config/source.js";
import { ConfigurationError } from "../../diagnostics/diagnostic.js";
import type { ConfigurationInput } from "../../gateway-options.js";
import type { PolicyDefinition } from "../../policy/definition.js";
import type { StepModel, TestFile } from "../file/model.js";
import { filler, requestOf } from "../file/requests.js";
import { ruleOf } from "../file/subject.js";
import type { IdentityKey, TokenOptions } from "../identity-provider.js";
import { TestSubject } from "../world.js";
import type { CallFacts, TokenFacts } from "./facts.js";
import { concernedBy, markOf, type Violation, violationOf } from "./judge.js";
import type { InvariantModel, InvariantsFile } from "./model.js";
import { Reach } from "./reach.js";
import { type ReadInvariants, unknownNames } from "./read.js";
import { type Surface, surfaceOf } from "./surface.js";
import { externalRulesOf, rulesOf, stepsOf, type Trial, type TrialCall, tokensOf, withOwnAnswers } from "./trial.js";

/** What came of a trial. */
export interface Tried {
  /** Null if the invariant holds of all its calls. */
  readonly violation: Violation | null;
  /** How many of its calls the invariant is about. */
  readonly met: number;
  /** Did it reach something of the documents that no trial before has reached? */
  readonly isNew: boolean;
}

/** A configuration whose requests can be tried against invariants, each trial in a world of its own. */
export interface Proof {
  /** What requests can be made of. */
  readonly surface: Surface;
  /** How many places of the documents trials have reached so far. */
  readonly reached: number;
  /** Runs a trial and holds an invariant against its calls. */
  try(invariant: InvariantModel, trial: Trial): Promise<Tried>;
  /** The configuration as a test file in a folder has it in place: without the values of secrets. */
  gatewayFor(folder: string): Readonly<Record<string, unknown>>;
  /**
   * A policy test file that expects what the invariant says of a trial which breaks it.
   * @param gateway the configuration as the file names it, relative to itself; or one in place
   * @param heading lines of a comment above it
   */
  testFile(
    invariant: InvariantModel,
    trial: Trial,
    violation: Violation,
    gateway: NonNullable<TestFile["gateway"]>,
    heading: readonly string[],
  ): string;
}

/**
 * Compiles a configuration for trials.
 * @param policies of one's own, beside those that the configuration names
 * @throws ConfigurationError with every error of it, and with every name of the invariants that it does not have
 */
export async function openProof(
  configuration: ConfigurationInput,
  invariants: ReadInvariants,
  policies: readonly PolicyDefinition[] = [],
): Promise<Proof> {
  const { data } = invariants;
  if (data === null) throw new ConfigurationError(invariants.diagnostics);
  const loaded =
    configuration instanceof LoadedConfiguration ? configuration : LoadedConfiguration.fromObject(configuration, process.cwd());
  const { built } = await new TestSubject({ gateway: {}, policies }, { configuration: loaded }).snapshot();
  const unknown = unknownNames(invariants, built);
  if (unknown.length > 0) throw new ConfigurationError(unknown);
  return new CompiledProof(loaded, surfaceOf(loaded, built, data), data, policies);
}

/** Most requests of one trial. */
const MOST_CALLS = 5000;
const HOUR = 3_600_000;

class CompiledProof implements Proof {
  private readonly identity: { readonly issuer: string; readonly keys?: readonly IdentityKey[] }[];
  private readonly reach = new Reach();
  private readonly subject: TestSubject;
  /** Did a policy ever call something that is no backend? */
  private callsOthers = false;
  /** Signing takes long, and every world begins at the same time. */
  private readonly minted = new Map<string, string>();

  constructor(
    private readonly configuration: LoadedConfiguration,
    readonly surface: Surface,
    { identity = [] }: InvariantsFile,
    policies: readonly PolicyDefinition[],
  ) {
    const given = identity as CompiledProof["identity"];
    const issuers = [...new Set(surface.recipes.map(({ issuer }) => issuer))];
    this.identity = [
      ...given,
      ...issuers
        .filter((issuer) => given.every((provider) => provider.issuer !== issuer))
        .map((issuer) => ({ issuer, keys: [{ kid: "k1", alg: "RS256" as const }] })),
    ];
    this.subject = new TestSubject({ gateway: {}, identity: this.identity, policies }, { configuration, probes: this.reach });
  }

  get reached(): number {
    return this.reach.size;
  }

  async try(invariant: InvariantModel, given: Trial): Promise<Tried> {
    const trial = invariant.apart === undefined ? given : withOwnAnswers(given);
    const world = await this.subject.open({
      backend: rulesOf(trial).map(ruleOf),
      external: externalRulesOf(trial).map(ruleOf),
    });
    this.reach.takeNews();
    const mint = (token: TokenOptions & { issuer?: string }): string => {
      const key = JSON.stringify(token);
      const known = this.minted.get(key) ?? world.token(token);
      if (this.minted.size < MOST_CALLS) this.minted.set(key, known);
      return known;
    };
    const fill = filler({ tokens: tokensOf(trial, this.surface), mint, configuration: world.gateway.configuration });
    const start = world.clock.now();
    const facts: CallFacts[] = [];
    let answered = 0;
    for (const [step, model] of stepsOf(trial, this.surface).entries()) {
      const call = trial.calls[step]!;
      if (call.after > 0) await world.clock.advance(call.after);
      const request = fill(model.request);
      const sent = requestOf(request);
      for (let turn = 0; turn < call.repeat && facts.length < MOST_CALLS; turn++) {
        const at = world.clock.now();
        const outcome = await world.send(sent);
        this.callsOthers ||= outcome.externalCalls.length > 0;
        const answers = outcome.backendCalls.flatMap(() => {
          const index = Math.min(answered++, trial.replies.length - 1);
          return trial.replies[index]!.fail === null ? [markOf(index)] : [];
        });
        facts.push({ step, turn, at, request, token: this.tokenFacts(call, start), outcome, given: answers });
      }
    }
    const concerned = concernedBy(invariant, facts);
    return { violation: violationOf(invariant, concerned, facts), met: concerned.length, isNew: this.reach.takeNews() };
  }

  private tokenFacts({ token }: TrialCall, start: number): TokenFacts | null {
    if (token === null) return null;
    const recipe = this.surface.recipes[token.recipe]!;
    const claims = Object.entries({ iss: recipe.issuer, ...recipe.claims, ...token.claims }).filter(
      ([, value]) => value !== null,
    );
    return {
      isGenuine: token.flaw !== "forged" && token.flaw !== "unsigned",
      from: token.flaw === "early" ? start + HOUR / 2 : null,
      until: token.flaw === "expired" ? start - HOUR : start + HOUR,
      claims: Object.fromEntries(claims),
    };
  }

  gatewayFor(folder: string): Readonly<Record<string, unknown>> {
    const moved = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(moved);
      if (typeof value !== "object" || value === null) return value;
      const entries = Object.entries(value).map(([key, member]): [string, unknown] => {
        if (key === "file" && typeof member === "string")
          return [key, relative(folder, this.configuration.files.path(member)).split(sep).join("/")];
        return [key, key === "value" && "secret" in value && value.secret === true ? "kept-out-of-tests" : moved(member)];
      });
      return Object.fromEntries(entries);
    };
    return moved(this.configuration.data) as Readonly<Record<string, unknown>>;
  }

  testFile(
    invariant: InvariantModel,
    given: Trial,
    { call, expect }: Violation,
    gateway: NonNullable<TestFile["gateway"]>,
    heading: readonly string[],
  ): string {
    const trial = invariant.apart === undefined ? given : withOwnAnswers(given);
    const steps: StepModel[] = [];
    for (const [index, step] of stepsOf(trial, this.surface)
      .slice(0, call.step + 1)
      .entries()) {
      if (index < call.step) {
        steps.push(step);
        continue;
      }
      const { repeat: _repeat, after, ...last } = step;
      const waits = after === undefined ? {} : { after };
      if (call.turn > 0) steps.push({ ...waits, ...last, ...(call.turn === 1 ? {} : { repeat: call.turn }) });
      steps.push({ ...(call.turn > 0 ? {} : waits), ...last, expect });
    }
    const tokens = tokensOf({ ...trial, calls: trial.calls.slice(0, call.step + 1) }, this.surface);
    const [only] = steps;
    const about: { name: string } & (StepModel | { steps: readonly StepModel[] }) = {
      name: String(invariant.name),
      ...(steps.length === 1 ? only! : { steps }),
    };
    const file: TestFile = {
      gateway,
      ...(this.identity.length === 0 ? {} : { identity: this.identity }),
      ...(Object.keys(tokens).length === 0 ? {} : { tokens }),
      backend: rulesOf(trial),
      ...(this.callsOthers ? { external: externalRulesOf(trial) } : {}),
      tests: [about],
    };
    const comment = heading.map((line) => `# ${line}\n`).join("");
    return comment + stringify(file, { aliasDuplicateObjects: false, lineWidth: 120 });
  }
}
