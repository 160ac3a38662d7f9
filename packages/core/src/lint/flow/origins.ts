import type { BoundExpression, LocalSymbol } from "@turnpike/expressions/analysis";
import { constantText, keyPath, type LintCode, type MemberUse, pathOf, withoutConversions } from "../code.js";
import type { Origin, OriginKind } from "./origin.js";
import type { FlowState } from "./state.js";

const PATHS: Readonly<Record<string, OriginKind>> = {
  "context.Request.Headers": "header",
  "context.Request.Url.Query": "query",
  "context.Request.OriginalUrl.Query": "query",
  "context.Request.Url.QueryString": "query",
  "context.Request.OriginalUrl.QueryString": "query",
  "context.Request.MatchedParameters": "path",
  "context.Request.Url.Path": "path",
  "context.Request.OriginalUrl.Path": "path",
  "context.Request.Url": "query",
  "context.Request.OriginalUrl": "query",
  "context.Request.OriginalUrl.Host": "host",
  "context.Request.Body": "body",
  "context.LastError.Message": "error",
  "context.LastError": "error",
  "context.User": "user",
  "context.Subscription": "subscription",
  "context.Product": "product",
  "context.Response.Body": "answer",
  "context.Response.Headers": "answer",
};

/** Members of `LastError` that say nothing of what is inside. */
const PLAIN_ERROR = /^context\.LastError\.(?!Message$)/;

/** Methods whose result is text in another form, in which nothing of its argument's meaning is left. */
const CLEANERS =
  /\.(?:EscapeDataString|EscapeUriString|UrlEncode|UrlPathEncode|HtmlEncode|ToBase64String|ComputeHash|GetHashCode|IsMatch|Contains|ContainsKey|StartsWith|EndsWith|Equals|IndexOf|Any|All|Count|TryParse\w*|Compare\w*|HashData)$/;

/** Types whose values hold no text of anybody's choice. */
const PLAIN_TYPES =
  /^(?:bool|s?byte|u?short|u?int|u?long|float|double|decimal|char|DateTime|DateTimeOffset|TimeSpan|Guid|System\.(?:DateTime|DateTimeOffset|TimeSpan|Guid))\??$/;

const MOST = 16;

/** Where the value of an expression may come from: an over-estimate for text, silent about numbers, dates and tests. */
export class OriginFinder {
  private readonly locals = new Map<LocalSymbol, readonly BoundExpression[]>();
  private readonly ofLocals = new Map<LocalSymbol, readonly Origin[]>();
  /** Locals whose values are still to be looked at; null where none is being looked at. */
  private pending: LocalSymbol[] | null = null;

  constructor(
    private readonly code: LintCode,
    private readonly state: FlowState,
  ) {
    const assigned = new Map<LocalSymbol, BoundExpression[]>();
    const assign = (local: LocalSymbol, value: BoundExpression | null): void => {
      if (value === null) return;
      const list = assigned.get(local);
      if (list === undefined) assigned.set(local, [value]);
      else list.push(value);
    };
    for (const node of code.nodes) {
      const { local, value, source, temporary, receiver, governing, element } = node as unknown as Record<string, never>;
      if (node.kind === "AssignLocal" || node.kind === "Declare") assign(local!, value!);
      else if (node.kind === "NullConditional") assign(temporary!, receiver!);
      else if (node.kind === "ForEach") {
        assign(element!, source!);
        assign(local!, source!);
      } else if (node.kind === "Switch") assign(governing!, value!);
    }
    for (const [local, values] of assigned) this.locals.set(local, values);
  }

  /** Of all that the code may give. */
  all(): readonly Origin[] {
    return distinct(results(this.code).flatMap((result) => this.of(result)));
  }

  of(node: BoundExpression): readonly Origin[] {
    return distinct(this.look(node));
  }

  /** Of all that is ever put into a local, and into those that it is made of. */
  private local(local: LocalSymbol): readonly Origin[] {
    const known = this.ofLocals.get(local);
    if (known !== undefined) return known;
    if (this.pending !== null) {
      this.pending.push(local);
      return [];
    }
    const seen = new Set([local]);
    const found: Origin[] = [];
    this.pending = [local];
    for (let next = this.pending.pop(); next !== undefined; next = this.pending.pop()) {
      seen.add(next);
      for (const value of this.locals.get(next) ?? []) found.push(...this.of(value));
      this.pending = this.pending.filter((waiting) => !seen.has(waiting));
    }
    this.pending = null;
    const origins = distinct(found);
    this.ofLocals.set(local, origins);
    return origins;
  }

  private look(node: BoundExpression): readonly Origin[] {
    switch (node.kind) {
      case "Convert":
      case "Text":
        return this.of(node.operand);
      case "AsType":
        return this.of(node.operand);
      case "Concat":
        return node.parts.flatMap((part) => this.of(part));
      case "Conditional":
        return [...this.of(node.then), ...this.of(node.otherwise)];
      case "Coalesce":
        return [...this.of(node.left), ...this.of(node.right)];
      case "NullConditional":
        return this.of(node.access);
      case "Sequence":
        return this.of(node.value);
      case "Local":
        return this.local(node.local);
      case "AssignLocal":
        return this.of(node.value);
      case "NewArray":
        return (node.elements ?? []).flatMap((element) => this.of(element));
      case "ArrayGet":
        return this.of(node.array);
      case "Lambda":
        return [];
      case "Member":
        return this.member(node);
      default:
        return [];
    }
  }

  private member(node: MemberUse): readonly Origin[] {
    if (PLAIN_TYPES.test(node.type.name)) return [];
    const path = pathOf(node);
    if (path !== null) return this.path(path);
    if (CLEANERS.test(node.member.id)) return [];
    const { receiver } = node;
    const args = node.arguments.filter((argument): argument is BoundExpression => "start" in argument);
    const dictionary = receiver ?? args[0];
    const key = constantText(receiver === null ? args[1] : args[0]);
    const at = dictionary === undefined ? null : pathOf(dictionary);
    if (at === "context.Variables") return this.variable(key);
    if (at !== null && key !== null && Object.hasOwn(PATHS, at)) {
      const rest = args.slice(receiver === null ? 2 : 1).flatMap((argument) => this.of(argument));
      return [...this.keyed(at, key), ...rest];
    }
    if (/\.(?:AsJwt|TryParseJwt)$/.test(node.member.id)) return [{ kind: "token", key: null, path: "token" }];
    if (/^Jwt\./.test(node.member.id)) return [{ kind: "token", key: null, path: "token" }];
    if (/\.Replace$/.test(node.member.id) && isLineBreakRemoved(args)) return [];
    // A value that was looked up by what a caller said is the table's, not the caller's.
    if (node.member.name === "this[]" && receiver !== null) return this.of(receiver);
    return [...(receiver === null ? [] : this.of(receiver)), ...args.flatMap((argument) => this.of(argument))];
  }

  private path(path: string): readonly Origin[] {
    if (PLAIN_ERROR.test(path)) return [];
    for (let at = path; at.includes("."); at = at.slice(0, at.lastIndexOf("."))) {
      const kind = Object.hasOwn(PATHS, at) ? PATHS[at] : undefined;
      if (kind === undefined) continue;
      if (/\.(?:Host|Scheme)$/.test(path) && kind === "query") return [];
      return this.state.tested.has(at) ? [] : [{ kind, key: null, path: at }];
    }
    return [];
  }

  private keyed(path: string, key: string): readonly Origin[] {
    const whole = keyPath(path, key);
    if (this.state.tested.has(whole)) return [];
    return [{ kind: PATHS[path]!, key, path: whole }];
  }

  private variable(key: string | null): readonly Origin[] {
    if (key === null || this.state.tested.has(`context.Variables[${key}]`)) return [];
    return this.state.variables.get(key)?.origins ?? [];
  }
}

/** `Replace("\r", "")` and the like. */
function isLineBreakRemoved(args: readonly BoundExpression[]): boolean {
  return args.some((argument) => /[\r\n]|\[\^/.test(constantText(argument) ?? ""));
}

/** The expressions that code may give: the one of `@(…)`, or what the `return` statements outside of lambdas give. */
export function results(code: LintCode): readonly BoundExpression[] {
  const { program } = code;
  if (program === null) return [];
  const { body } = program.function;
  if ("type" in body) return [body];
  const found: BoundExpression[] = [];
  const lambdas: (readonly [number, number])[] = [];
  for (const node of code.nodes) {
    if (node.kind === "Lambda") {
      const { start, end } = node as unknown as { start: number; end: number };
      lambdas.push([start, end]);
    }
    if (node.kind !== "Return") continue;
    const { value } = node as unknown as { readonly value: BoundExpression | null };
    if (value !== null) found.push(value);
  }
  return found.filter(({ start, end }) => !lambdas.some(([from, to]) => start >= from && end <= to));
}

function distinct(origins: readonly Origin[]): readonly Origin[] {
  if (origins.length < 2) return origins;
  const seen = new Map<string, Origin>();
  for (const origin of origins) if (seen.size < MOST) seen.set(`${origin.kind} ${origin.path}`, origin);
  return [...seen.values()];
}

/**
 * The text that an expression surely begins with, up to the first part that one of `kinds` decides.
 * @returns the text, and whether such a part follows; parts that are neither constant nor decided by a caller count as `…`
 */
export function textBefore(
  node: BoundExpression,
  finder: OriginFinder,
  kinds: ReadonlySet<OriginKind>,
): { readonly text: string; readonly decided: boolean } {
  const inner = withoutConversions(node);
  const constant = constantText(inner);
  if (constant !== null) return { text: constant, decided: false };
  if (inner.kind === "Concat") {
    let text = "";
    for (const part of inner.parts) {
      const before = textBefore(part, finder, kinds);
      text += before.text;
      if (before.decided) return { text, decided: true };
    }
    return { text, decided: false };
  }
  if (inner.kind === "Member" && /\.String\.(?:Format|Concat)$/.test(inner.member.id)) return formatted(inner, finder, kinds);
  const decided = finder.of(inner).some(({ kind }) => kinds.has(kind));
  return { text: decided ? "" : "…", decided };
}

function formatted(
  node: MemberUse,
  finder: OriginFinder,
  kinds: ReadonlySet<OriginKind>,
): { readonly text: string; readonly decided: boolean } {
  const format = constantText(node.arguments[0]);
  const decided = finder.of(node).some(({ kind }) => kinds.has(kind));
  if (format === null) return { text: decided ? "" : "…", decided };
  return { text: format.split("{")[0]!, decided };
}
