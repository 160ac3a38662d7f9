import { openApiFindings } from "../config/openapi/findings.js";
import {
  noOutsideValues,
  type OutsideReference,
  type OutsideValues,
  outsideReferences,
  type SecretOptions,
} from "../config/outside-values.js";
import type { SetAside } from "../config/set-aside.js";
import type { LoadedConfiguration } from "../config/source.js";
import { ConfigurationError, type Diagnostic } from "../diagnostics/diagnostic.js";
import type { DataPath } from "../diagnostics/owner.js";
import { logEvents } from "../policy/log-events.js";
import type { Logger } from "../policy/services.js";
import type { Clock } from "../time/clock.js";
import { keepConfiguration } from "./kept.js";
import { usablePart } from "./quarantine.js";
import { resolveOutside } from "./resolve-outside.js";
import { type CompileTools, type compileSnapshot, compileUsable, type Snapshot } from "./snapshot.js";

/** As API Management does it with values from Key Vault. */
const REFRESH_INTERVAL = 4 * 60 * 60 * 1000;
/** Milliseconds after which a refresh that failed is tried again; twice as long each time after that, up to the interval. */
const FIRST_RETRY = 30_000;

/** What putting configurations in force takes. */
export interface InForceOptions {
  readonly tools: CompileTools;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly secrets: SecretOptions;
  /** Hold OpenAPI documents against the whole of their specification? */
  readonly validatesOpenApi: boolean;
  readonly compile: typeof compileSnapshot;
  /** Are entities that cannot be used set aside, so that the rest is served? */
  readonly isLenient: boolean;
  /** Called when another snapshot has come into force. */
  changed(snapshot: Snapshot): void;
}

/** How old a value is that does not stand in the configuration itself. */
export interface OutsideValueState {
  /** `named value` or `certificate`, and its name. */
  readonly what: string;
  readonly from: "file" | "vault";
  /** When it was looked up last and found, in milliseconds since the epoch; null: never. */
  readonly lookedUpAt: number | null;
  /** When it was seen to be another than before; null: never found. */
  readonly changedAt: number | null;
  /** Why the last look did not find it; null if it did. The value before stays. */
  readonly problem: string | null;
}

type Age = Pick<OutsideValueState, "lookedUpAt" | "changedAt" | "problem">;

const NEVER: Age = { lookedUpAt: null, changedAt: null, problem: null };

/**
 * The configuration in force. Others are compiled beside it and take its place in one assignment, one after another; values from files
 * and vaults are looked up again in the background.
 */
export class ConfigurationInForce {
  private current: Snapshot | null = null;
  private loaded: LoadedConfiguration | null = null;
  private references: readonly OutsideReference[] = [];
  private outside: OutsideValues = noOutsideValues;
  /** The last of the changes that are waited for. */
  private last: Promise<unknown> = Promise.resolve();
  private cancelRefresh: () => void = () => undefined;
  /** By the keys of references. */
  private readonly ages = new Map<string, Age>();
  private failures = 0;
  private isClosed = false;

  constructor(private readonly options: InForceOptions) {}

  /** Throws before the first configuration is in force. */
  get snapshot(): Snapshot {
    if (this.current === null) throw new Error("No configuration is in force.");
    return this.current;
  }

  /** The file of what is in force; null if it was made in code. */
  get file(): string | null {
    return this.loaded?.isMadeInCode === false ? this.loaded.file : null;
  }

  /** What is in force, written down with its secrets. */
  kept(): string {
    if (this.loaded === null) throw new Error("No configuration is in force.");
    return keepConfiguration(this.loaded, this.outside, this.options.clock.now());
  }

  /** Values of the configuration in force that stand elsewhere, in its order. */
  outsideValues(): OutsideValueState[] {
    return this.references.map(({ key, what, source }) => ({
      what,
      from: "file" in source ? "file" : "vault",
      ...(this.ages.get(key) ?? NEVER),
    }));
  }

  /** Puts another configuration in force. Rejects with ConfigurationError; then the one before stays. */
  update(loaded: LoadedConfiguration): Promise<void> {
    return this.enqueue(() => this.change(loaded));
  }

  /** Looks values from files and vaults up again. What cannot be had keeps its last value. */
  refresh(): Promise<void> {
    return this.enqueue(() => this.renew());
  }

  close(): void {
    this.isClosed = true;
    this.cancelRefresh();
  }

  private enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }

  private async change(loaded: LoadedConfiguration): Promise<void> {
    const { data } = this.options.isLenient ? usablePart(loaded).loaded : loaded;
    const references = outsideReferences(data);
    // Secrets that are known stay as the background keeps them; files are at hand and cost nothing.
    const known = new Map(
      [...this.outside.values].filter(([key]) => references.some((reference) => reference.key === key && !isFile(reference))),
    );
    const found = references.length === 0 ? noOutsideValues : await this.lookUp(references, loaded, known);
    const outside = this.withRemembered(found, references, loaded.remembered);
    await this.put(loaded, references, outside);
    this.failures = outside === found ? 0 : 1;
    this.planRefresh();
  }

  private async renew(): Promise<void> {
    const { loaded, references, outside: before } = this;
    if (loaded === null || references.length === 0 || this.isClosed) return;
    const found = await this.lookUp(references, loaded, new Map());
    const values = new Map([...before.values, ...found.values]);
    this.failures = found.failures.size === 0 ? 0 : this.failures + 1;
    for (const { key, what } of references) {
      const reason = found.failures.get(key);
      if (reason !== undefined) this.tellOfFailure(what, reason);
    }
    if (!this.isClosed && references.some(({ key }) => values.get(key) !== before.values.get(key)))
      await this.takeRenewed(loaded, values);
    this.planRefresh();
  }

  private async takeRenewed(loaded: LoadedConfiguration, values: ReadonlyMap<string, string>): Promise<void> {
    const { logger } = this.options;
    try {
      await this.put(loaded, this.references, { values, failures: new Map() });
      logger.info({}, logEvents.outsideValuesInForce);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      this.failures++;
      logger.error({ diagnostics: error.diagnostics }, logEvents.outsideValuesRefused);
    }
  }

  /** A configuration that was kept has the values of then, for what cannot be had now. */
  private withRemembered(
    found: OutsideValues,
    references: readonly OutsideReference[],
    remembered: ReadonlyMap<string, string>,
  ): OutsideValues {
    const missed = references.filter(({ key }) => found.failures.has(key) && remembered.has(key));
    if (missed.length === 0) return found;
    const values = new Map(found.values);
    const failures = new Map(found.failures);
    for (const { key, what } of missed) {
      this.tellOfFailure(what, failures.get(key)!);
      values.set(key, remembered.get(key)!);
      failures.delete(key);
    }
    return { values, failures };
  }

  private tellOfFailure(what: string, reason: string): void {
    this.options.logger.warn({ what, reason }, logEvents.outsideValueUnavailable);
  }

  private async lookUp(
    references: readonly OutsideReference[],
    loaded: LoadedConfiguration,
    known: ReadonlyMap<string, string>,
  ): Promise<OutsideValues> {
    const { clock, secrets } = this.options;
    const found = await resolveOutside(references, { loaded, clock, resolve: secrets.resolve?.bind(secrets) }, known);
    this.noteAges(found, known, references);
    return found;
  }

  private noteAges(
    { values, failures }: OutsideValues,
    known: ReadonlyMap<string, string>,
    references: readonly OutsideReference[],
  ): void {
    const now = this.options.clock.now();
    const named = new Set(references.map(({ key }) => key));
    for (const key of this.ages.keys()) if (!named.has(key)) this.ages.delete(key);
    for (const [key, value] of values) {
      if (known.has(key)) continue;
      const isSame = this.outside.values.get(key) === value;
      this.ages.set(key, { lookedUpAt: now, changedAt: (isSame ? this.ages.get(key)?.changedAt : null) ?? now, problem: null });
    }
    for (const [key, problem] of failures) this.ages.set(key, { ...(this.ages.get(key) ?? NEVER), problem });
  }

  private async put(loaded: LoadedConfiguration, references: readonly OutsideReference[], outside: OutsideValues): Promise<void> {
    const snapshot = await this.compile(loaded, outside);
    this.refuseNewFaults(snapshot);
    this.loaded = loaded;
    this.references = references;
    this.outside = outside;
    this.current = snapshot;
    this.options.changed(snapshot);
  }

  /** A change must not take away what is served: an entity that was in force and is broken now keeps the configuration of before in force. */
  private refuseNewFaults({ quarantine, warnings }: Snapshot): void {
    const { current, loaded } = this;
    if (current === null || loaded === null || quarantine === null) return;
    const known = new Set((current.quarantine?.entities ?? []).map(({ path }) => JSON.stringify(path)));
    const isNew = ({ path }: SetAside): boolean => !known.has(JSON.stringify(path)) && isAt(loaded.written, path);
    if (quarantine.entities.some(isNew)) throw new ConfigurationError(warnings);
  }

  private async compile(loaded: LoadedConfiguration, outside: OutsideValues): Promise<Snapshot> {
    const { tools, validatesOpenApi, compile, isLenient } = this.options;
    const findings = validatesOpenApi ? await openApiFindings(loaded, tools.packages) : [];
    if (isLenient) return compileUsable(loaded, tools, outside, findings);
    if (findings.length === 0) return compile(loaded, tools, outside);
    const others = await compile(loaded, tools, outside).then(({ warnings }) => warnings, diagnosticsOf);
    throw new ConfigurationError([...others, ...findings]);
  }

  private planRefresh(): void {
    this.cancelRefresh();
    const interval = this.options.secrets.refreshInterval ?? REFRESH_INTERVAL;
    if (this.references.length === 0 || interval <= 0 || this.isClosed) return;
    const delay = this.failures === 0 ? interval : Math.min(interval, FIRST_RETRY * 2 ** Math.min(this.failures - 1, 20));
    this.cancelRefresh = this.options.clock.setTimer(
      () => void this.refresh().catch((error: unknown) => this.unforeseen(error)),
      delay,
    );
  }

  private unforeseen(error: unknown): void {
    this.options.logger.error({ err: error }, logEvents.outsideValuesFailed);
    this.failures++;
    this.planRefresh();
  }
}

function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof ConfigurationError) return error.diagnostics;
  throw error;
}

/** Is there something at a path of plain data? */
function isAt(data: unknown, path: DataPath): boolean {
  let part = data;
  for (const key of path) {
    if (typeof part !== "object" || part === null || !Object.hasOwn(part, key)) return false;
    part = (part as Record<string | number, unknown>)[key];
  }
  return true;
}

function isFile({ source }: OutsideReference): boolean {
  return "file" in source;
}
