import type {
  ConditionModel,
  InvariantModel,
  Surface,
  SurfaceOperation,
  TokenRecipe,
  Trial,
  TrialCall,
  TrialReply,
  TrialToken,
} from "@turnpike/core/testing";
import type * as FastCheck from "fast-check";
import { valuesOf } from "./schema-values.js";

type Arbitrary<T> = FastCheck.Arbitrary<T>;
type Library = typeof FastCheck;

/** Texts that programs stumble over. */
const STRANGE = ["", " ", "0", "-1", "a", "b", "null", "true", "é", "'", "%2f", "../x"];

/** Trials for an invariant: what it speaks of is tried most. */
export function trialsFor(fc: Library, surface: Surface, invariant: InvariantModel): Arbitrary<Trial> {
  return new Trials(fc, surface, invariant).trials();
}

class Trials {
  private readonly texts: Arbitrary<string>;
  private readonly claimNames: readonly string[];
  private readonly claimValues: readonly string[];

  constructor(
    private readonly fc: Library,
    private readonly surface: Surface,
    private readonly invariant: InvariantModel,
  ) {
    const { literals, recipes } = surface;
    const conditions = conditionsOf(invariant);
    const wanted = conditions.flatMap(({ token }) => Object.entries(token?.claims ?? {}));
    const made = recipes.flatMap(({ claims }) => Object.entries(claims));
    const { apart } = invariant;
    this.texts = fc.oneof({ weight: 3, arbitrary: from(fc, [...literals.texts, ...STRANGE]) }, fc.string({ maxLength: 12 }));
    const names = [...wanted, ...made].map(([name]) => name);
    this.claimNames = distinct([
      ...names,
      ...literals.claims.filter(isName),
      ...(apart?.token === undefined ? [] : [apart.token]),
      "roles",
    ]);
    this.claimValues = distinct([
      ...[...wanted, ...made].flatMap(([, value]) => [value].flat().map(String)),
      ...literals.claims,
      "other",
    ]);
  }

  trials(): Arbitrary<Trial> {
    const { fc, invariant } = this;
    const { limit, apart } = invariant;
    const rest = { replies: this.replies(), external: this.reply() };
    if (limit !== undefined) return fc.record({ calls: this.manyCalls(limit.calls), ...rest });
    const few = fc.array(this.call(), { minLength: 1, maxLength: 4 });
    if (apart === undefined) return fc.record({ calls: few, ...rest });
    return fc.record({ calls: this.neighbours(), ...rest, replies: fc.array(this.reply(), { minLength: 4, maxLength: 6 }) });
  }

  /** One more than may go on, mostly of one kind. */
  private manyCalls(most: number): Arbitrary<readonly TrialCall[]> {
    const { fc } = this;
    const repeats = fc.oneof(fc.constantFrom(most + 1, most + 2), fc.integer({ min: 1, max: Math.max(1, most) }));
    const repeated = fc.tuple(this.call(), repeats).map(([call, repeat]) => ({ ...call, repeat }));
    return fc.array(repeated, { minLength: 1, maxLength: 3 });
  }

  /** Requests that differ in little. */
  private neighbours(): Arbitrary<readonly TrialCall[]> {
    const { fc } = this;
    return this.call().chain((first) =>
      fc
        .array(
          this.call(first.operation).chain((other) =>
            fc.record({ query: fc.boolean(), headers: fc.boolean(), key: fc.boolean(), token: fc.boolean() }).map((isOther) => ({
              ...first,
              query: isOther.query ? other.query : first.query,
              headers: isOther.headers ? other.headers : first.headers,
              key: isOther.key ? other.key : first.key,
              token: isOther.token ? other.token : first.token,
              after: 0,
            })),
          ),
          { minLength: 1, maxLength: 3 },
        )
        .map((others) => [first, ...others]),
    );
  }

  /** @param given the operation; any if it is left out, mostly one that the invariant speaks of */
  private call(given?: number): Arbitrary<TrialCall> {
    const { fc, surface } = this;
    const all = surface.operations.map((_, index) => index);
    const meant = all.filter((index) => isMeant(this.invariant.when ?? {}, surface.operations[index]!));
    const operations =
      given === undefined
        ? fc.oneof(
            { weight: 6, arbitrary: fc.constantFrom(...(meant.length === 0 ? all : meant)) },
            { weight: 1, arbitrary: fc.constantFrom(...all) },
          )
        : fc.constant(given);
    return operations.chain((operation) => this.callOf(operation, surface.operations[operation]!));
  }

  private callOf(index: number, operation: SurfaceOperation): Arbitrary<TrialCall> {
    const { fc } = this;
    return fc.record({
      operation: fc.constant(index),
      parameters: this.values(operation.parameters, 1),
      query: this.query(operation),
      headers: this.headers(operation),
      key: this.key(),
      keyIn: fc.oneof({ weight: 3, arbitrary: fc.constant("header" as const) }, fc.constant("query" as const)),
      token: this.token(),
      body: this.body(operation),
      address: fc.oneof({ weight: 3, arbitrary: fc.constant("") }, from(fc, [...this.surface.literals.addresses, "203.0.113.7"])),
      after: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constantFrom(1000, 10_000, 60_000, 3_700_000)),
      repeat: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 3 })),
    });
  }

  /** Values of declared parameters, each with this probability where it may be left out. */
  private values(parameters: SurfaceOperation["query"], weight: number): Arbitrary<Record<string, string>> {
    const { fc } = this;
    const made = Object.fromEntries(
      parameters.map((parameter) => {
        const declared =
          parameter.values.length > 0 ? from(fc, parameter.values) : valuesOf(fc, parameter.schema ?? { type: parameter.type });
        const value = fc.oneof({ weight: 4, arbitrary: declared }, this.texts).map(asText);
        const isThere = parameter.required || weight === 1 ? value : fc.option(value, { nil: null });
        return [parameter.name, isThere as Arbitrary<string | null>];
      }),
    );
    return fc.record(made).map(filled);
  }

  private query(operation: SurfaceOperation): Arbitrary<Record<string, string>> {
    const wanted = this.wanted("query");
    const names = distinct([...this.surface.literals.query, ...wanted.keys(), ...(this.invariant.apart?.query ?? [])]);
    const values = names.map((name): [string, Arbitrary<string>] => [name, this.among(wanted.get(name), this.texts)]);
    return this.fc.tuple(this.some(values), this.values(operation.query, 0)).map(merged);
  }

  private headers(operation: SurfaceOperation): Arbitrary<Record<string, string>> {
    const { fc } = this;
    const { literals } = this.surface;
    const wanted = this.wanted("headers");
    const names = distinct([...Object.keys(literals.headers), ...wanted.keys(), ...(this.invariant.apart?.headers ?? [])]);
    const values = names.map((name): [string, Arbitrary<string>] => {
      const known = literals.headers[name] ?? [];
      return [name, this.among(wanted.get(name), from(fc, [...known, "a", "b", "1"]))];
    });
    const readable = this.values(operation.headers, 0);
    return fc.tuple(this.some(values), readable).map((made) => printable(merged(made)));
  }

  /** The texts that conditions hold headers or parameters against, by name: those of a pattern are made after it. */
  private wanted(part: "headers" | "query"): ReadonlyMap<string, readonly Arbitrary<string>[]> {
    const { fc } = this;
    const found = new Map<string, Arbitrary<string>[]>();
    for (const { request, backend } of conditionsOf(this.invariant))
      for (const [name, value] of [...Object.entries(request?.[part] ?? {}), ...Object.entries(backend?.[part] ?? {})]) {
        const made = value === null ? [] : [matching(fc, String(value))];
        found.set(name, [...(found.get(name) ?? []), ...made]);
      }
    return found;
  }

  /** Mostly one of those that are wanted, if there are any. */
  private among(wanted: readonly Arbitrary<string>[] = [], others: Arbitrary<string>): Arbitrary<string> {
    const { fc } = this;
    return fc.oneof(...wanted.map((arbitrary) => ({ weight: 3, arbitrary })), { weight: 1, arbitrary: others });
  }

  /** Each of these, or not. */
  private some(entries: readonly [string, Arbitrary<string>][]): Arbitrary<Record<string, string>> {
    const { fc } = this;
    return fc
      .record(Object.fromEntries(entries.map(([name, value]) => [name, fc.option(value, { nil: null, freq: 2 })])))
      .map(filled);
  }

  private key(): Arbitrary<number | null> {
    const { fc, surface, invariant } = this;
    const all = surface.keys.map((_, index) => index);
    if (all.length === 0) return fc.constant(null);
    const { product, subscription } = invariant.when ?? {};
    const isOf = (names: ConditionModel["product"] | null, name: string | null): boolean =>
      names === undefined || names === null || [names].flat().map(String).includes(String(name));
    const meant = all.filter((index) => {
      const key = surface.keys[index]!;
      return (key.product === null || isOf(product, key.product)) && isOf(subscription, key.subscription);
    });
    return fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom(...(meant.length === 0 ? all : meant)) },
      { weight: 2, arbitrary: fc.constantFrom(...all) },
      { weight: 1, arbitrary: fc.constantFrom(null, -1) },
    );
  }

  private token(): Arbitrary<TrialToken | null> {
    const { fc, surface } = this;
    if (surface.recipes.length === 0) return fc.constant(null);
    const recipes = fc.nat(surface.recipes.length - 1);
    const change = fc.tuple(
      from(fc, this.claimNames),
      fc.oneof(
        { weight: 4, arbitrary: from(fc, this.claimValues) },
        { weight: 2, arbitrary: from(fc, this.claimValues).map((value): unknown => [value]) },
        { weight: 1, arbitrary: fc.constant(null) },
      ),
    );
    const changes = fc.array(change, { maxLength: 2 }).map((entries) => Object.fromEntries(entries));
    const good = recipes.map((recipe): TrialToken => ({ recipe, claims: {}, flaw: "none" }));
    const changed = fc.tuple(recipes, changes).map(([recipe, claims]): TrialToken => ({ recipe, claims, flaw: "none" }));
    // Tokens as the invariant wants them, to come behind the checks.
    const wanted = recipes.map(
      (recipe): TrialToken => ({ recipe, claims: wantedClaims(this.invariant, surface.recipes[recipe]!), flaw: "none" }),
    );
    const flawed = fc
      .tuple(fc.oneof(changed, wanted), fc.constantFrom("expired", "early", "forged", "unsigned"))
      .map(([token, flaw]): TrialToken => ({ ...token, flaw }));
    return fc.oneof(
      { weight: 3, arbitrary: good },
      { weight: 4, arbitrary: wanted },
      { weight: 4, arbitrary: changed },
      { weight: 2, arbitrary: flawed },
      { weight: 2, arbitrary: fc.constant(null) },
    );
  }

  private body({ method, bodies }: SurfaceOperation): Arbitrary<TrialCall["body"]> {
    const { fc } = this;
    if (method === "GET" || method === "HEAD") return fc.constant(null);
    const { literals } = this.surface;
    const named = fc
      .dictionary(from(fc, [...literals.body.filter(isName), "a"]), fc.oneof(this.texts, fc.integer(), fc.boolean()), {
        maxKeys: 4,
      })
      .map((value) => JSON.stringify(value));
    const declared = bodies.flatMap(({ contentType, example, schema }) => [
      ...(example === null ? [] : [fc.constant({ contentType, text: example })]),
      ...(schema === null || schema === undefined
        ? []
        : [valuesOf(fc, schema).map((value) => ({ contentType, text: JSON.stringify(value) ?? "" }))]),
    ]);
    const free = fc
      .oneof(named, fc.constant("{}"), fc.constant("not json"))
      .map((text) => ({ contentType: "application/json", text }));
    return fc.oneof(
      ...declared.map((arbitrary) => ({ weight: 3, arbitrary })),
      { weight: 2, arbitrary: free },
      fc.constant(null),
    );
  }

  private replies(): Arbitrary<readonly TrialReply[]> {
    return this.fc.array(this.reply(), { minLength: 1, maxLength: 3 });
  }

  private reply(): Arbitrary<TrialReply> {
    const { fc } = this;
    const { when = {}, always = {}, never = {} } = this.invariant;
    const wanted = [when, always, never].flatMap(({ status }) => String(status ?? "").match(/\d{3}/g) ?? []).map(Number);
    const names = [when, always, never].flatMap(({ headers }) => Object.keys(headers ?? {}));
    const statuses = fc.oneof(
      { weight: 4, arbitrary: fc.constant(200) },
      { weight: 3, arbitrary: fc.constantFrom(...(wanted.length === 0 ? [500, 404] : wanted)) },
      fc.constantFrom(201, 302, 400, 401, 404, 429, 500, 502, 503),
    );
    const fail = fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, fc.constantFrom("refused", "timeout"));
    const cacheable = fc.constantFrom({}, {}, { "Cache-Control": "max-age=60" });
    const headers = fc
      .tuple(cacheable, fc.constantFrom(...[...names, ""].map((name) => (name === "" ? {} : { [name]: "something" }))))
      .map(([some, more]): Record<string, string> => ({ ...some, ...more }));
    return fc.record({ status: statuses, fail: fail as Arbitrary<TrialReply["fail"]>, headers });
  }
}

/** A text, or texts that a `/regex/` matches, as far as they can be made. */
function matching(fc: Library, written: string): Arbitrary<string> {
  const pattern = /^\/(.+)\/$/s.exec(written)?.[1];
  if (pattern === undefined) return fc.constant(written);
  try {
    return fc.stringMatching(new RegExp(pattern));
  } catch {
    // Not every pattern can be turned round: its own text is as good as any.
    return fc.constant(pattern.replace(/[^\w-]/g, ""));
  }
}

/** What a header can hold. */
function printable(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace(/[^\x20-\x7e]/g, "?").trim()]));
}

function from<T>(fc: Library, values: readonly T[]): Arbitrary<T> {
  return fc.constantFrom(...values);
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)];
const isName = (text: string): boolean => /^[A-Za-z_][\w.:/-]{0,60}$/.test(text);
const asText = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
const merged = ([some, others]: readonly Record<string, string>[]): Record<string, string> => ({ ...some, ...others });

function filled(record: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter((entry): entry is [string, string] => entry[1] !== null));
}

function conditionsOf({ when, always, never }: InvariantModel): readonly ConditionModel[] {
  return [when, always, never].filter((condition) => condition !== undefined);
}

/** Can requests for an operation be what an invariant speaks of? */
function isMeant({ api, operation, method }: ConditionModel, { api: own, id, method: verb }: SurfaceOperation): boolean {
  const isAmong = (names: string | readonly string[] | undefined, name: string): boolean =>
    names === undefined || [names].flat().map(String).includes(name);
  return isAmong(api, own) && isAmong(operation, id) && isAmong(method, verb);
}

/** The claims that the invariant speaks of, where a recipe has others. */
function wantedClaims(invariant: InvariantModel, { claims }: TokenRecipe): Record<string, unknown> {
  const wanted = conditionsOf(invariant).flatMap(({ token }) => [
    ...Object.entries(token?.claims ?? {}),
    ...(token?.audience === undefined ? [] : ([["aud", token.audience]] as const)),
  ]);
  return Object.fromEntries(wanted.filter(([name, value]) => JSON.stringify(claims[name]) !== JSON.stringify(value)));
}
