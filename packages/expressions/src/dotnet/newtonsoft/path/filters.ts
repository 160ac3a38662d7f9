import { JArray, JConstructor } from "../array.js";
import { JContainer } from "../container.js";
import { jsonError } from "../errors.js";
import { classOf } from "../indexing.js";
import { JObject } from "../object.js";
import { JProperty } from "../property.js";
import type { JToken } from "../token.js";
import type { Filter, PathRun, Query } from "./step.js";

const shortName = (token: JToken) => classOf(token).slice("Newtonsoft.Json.Linq.".length);

function miss(run: PathRun, message: () => string): void {
  if (run.errorWhenNoMatch) throw jsonError.json(message());
}

/** `.name`; null: `.*`. */
export const field = (name: string | null): Filter =>
  function* (run, current) {
    for (const token of current) {
      run.site.run.step();
      if (!(token instanceof JObject)) miss(run, () => `Property '${name ?? "*"}' not valid on ${shortName(token)}.`);
      else if (name === null) {
        for (const property of token.children) if (property.value !== null) yield property.value;
      } else {
        const value = token.get(name);
        if (value !== null) yield value;
        else miss(run, () => `Property '${name}' does not exist on JObject.`);
      }
    }
  };

/** `['a','b']`. */
export const fields = (names: readonly string[]): Filter =>
  function* (run, current) {
    for (const token of current) {
      run.site.run.step();
      if (!(token instanceof JObject)) {
        miss(run, () => `Properties ${names.map((name) => `'${name}'`).join(", ")} not valid on ${shortName(token)}.`);
        continue;
      }
      for (const name of names) {
        const value = token.get(name);
        if (value !== null) yield value;
        else miss(run, () => `Property '${name}' does not exist on JObject.`);
      }
    }
  };

function itemAt(run: PathRun, token: JToken, index: number): JToken | null {
  run.site.run.step();
  if (!(token instanceof JArray || token instanceof JConstructor)) {
    miss(run, () => `Index ${index} not valid on ${shortName(token)}.`);
    return null;
  }
  if (token.count > index) return token.at(index);
  miss(run, () => `Index ${index} outside the bounds of ${shortName(token)}.`);
  return null;
}

/** `[1]`; null: `[*]`. */
export const item = (index: number | null): Filter =>
  function* (run, current) {
    for (const token of current) {
      if (index !== null) {
        const found = itemAt(run, token, index);
        if (found !== null) yield found;
      } else if (token instanceof JArray || token instanceof JConstructor) yield* token;
      else miss(run, () => `Index * not valid on ${shortName(token)}.`);
    }
  };

/** `[1,3]`. */
export const items = (indexes: readonly number[]): Filter =>
  function* (run, current) {
    for (const token of current)
      for (const index of indexes) {
        const found = itemAt(run, token, index);
        if (found !== null) yield found;
      }
  };

/** `[start:end:step]`. */
export const slice = (start: number | null, end: number | null, step: number | null): Filter =>
  function* (run, current) {
    if (step === 0) throw jsonError.json("Step cannot be zero.");
    const by = step ?? 1;
    for (const token of current) {
      run.site.run.step();
      if (!(token instanceof JArray)) {
        miss(run, () => `Array slice is not valid on ${shortName(token)}.`);
        continue;
      }
      const { count } = token;
      const first = start === null ? (by > 0 ? 0 : count - 1) : start < 0 ? count + start : start;
      const last = end === null ? (by > 0 ? count : -1) : end < 0 ? count + end : end;
      const from = by > 0 ? Math.min(Math.max(first, 0), count) : Math.min(first, count - 1);
      const to = Math.min(Math.max(last, -1), count);
      let isEmpty = true;
      for (let i = from; by > 0 ? i < to : i > to; i += by) {
        run.site.run.step();
        isEmpty = false;
        yield token.at(i);
      }
      if (isEmpty) miss(run, () => `Array slice of ${start ?? "*"} to ${end ?? "*"} returned no results.`);
    }
  };

function* below(run: PathRun, token: JToken): Generator<JToken> {
  if (token instanceof JContainer) yield* token.descendants(run.site.run);
}

/** `..name`: values of properties of a name, at any depth; null: everything. */
export const scan = (name: string | null): Filter =>
  function* (run, current) {
    for (const token of current) {
      if (name === null) yield token;
      for (const inner of below(run, token)) {
        if (!(inner instanceof JProperty)) {
          if (name === null) yield inner;
        } else if (inner.name === name && inner.value !== null) yield inner.value;
      }
    }
  };

/** `..['a','b']`. */
export const scanFields = (names: readonly string[]): Filter =>
  function* (run, current) {
    for (const token of current)
      for (const inner of below(run, token))
        if (inner instanceof JProperty && inner.value !== null)
          for (const name of names) if (inner.name === name) yield inner.value;
  };

/** `[?(…)]`: children that match. */
export const where = (query: Query): Filter =>
  function* (run, current) {
    for (const token of current)
      for (const child of token as unknown as Iterable<JToken>) {
        run.site.run.step();
        if (query(run, child)) yield child;
      }
  };

/** `..[?(…)]`: whatever matches, at any depth. */
export const scanWhere = (query: Query): Filter =>
  function* (run, current) {
    for (const token of current) {
      if (query(run, token)) yield token;
      for (const inner of below(run, token)) if (query(run, inner)) yield inner;
    }
  };

/** `$` inside a query. */
export const root: Filter = (run) => [run.root];
