import type { AttributeSchema, ChildSchema, ContentKind, PolicyDefinition, Undocumented, ValueType } from "./definition.js";
import type { SectionName } from "./sections.js";

/**
 * What the shorthands take in which policies write their schemas: `text({ required: true, expressions: true, notes: "…" })` and so on. Each
 * keeps `required` and `default` in its type, so that `compile` sees which values may be null.
 */
export interface AttributeOptions<T> {
  readonly required?: boolean;
  readonly default?: T | null;
  readonly expressions?: boolean;
  readonly notes?: string;
  /** See {@link AttributeSchema.missing}. */
  readonly missing?: "warning";
  /** See {@link AttributeSchema.empty}. Default: refused if required, otherwise allowed. */
  readonly empty?: "refused" | "allowed";
  /** See {@link AttributeSchema.undocumented}. */
  readonly undocumented?: Undocumented;
}

/** The schema of an attribute, with what its options say kept in its type. */
export type DeclaredAttribute<T, O> = Omit<AttributeSchema<T>, "missing"> & {
  readonly required: O extends { readonly required: true } ? true : false;
  readonly default: O extends { readonly default: infer D } ? D : null;
} & (O extends { readonly missing: "warning" } ? { readonly missing: "warning" } : { readonly missing?: never });

function attribute<T, const O extends AttributeOptions<T>>(
  type: ValueType,
  options: O,
  extra: Partial<AttributeSchema<T>> = {},
): DeclaredAttribute<T, O> {
  return {
    type,
    required: options.required ?? false,
    default: options.default ?? null,
    values: null,
    expressions: options.expressions ?? false,
    notes: options.notes ?? "",
    ...(options.missing === undefined ? {} : { missing: options.missing }),
    ...(options.undocumented === undefined ? {} : { undocumented: options.undocumented }),
    // An expression that must be a bool is one.
    empty: options.empty ?? (options.required === true && type !== "boolean" ? "refused" : "allowed"),
    ...extra,
  } as DeclaredAttribute<T, O>;
}

/** Any text. */
export function text<const O extends AttributeOptions<string> & { readonly check?: (literal: string) => string | null }>(
  options: O,
): DeclaredAttribute<string, O> {
  return attribute<string, O>("string", options, options.check === undefined ? {} : { check: options.check });
}

/** `true` or `false`. */
export function flag<const O extends AttributeOptions<boolean>>(options: O): DeclaredAttribute<boolean, O> {
  return attribute<boolean, O>("boolean", options);
}

/** A whole number. */
export function integer<const O extends AttributeOptions<number> & { readonly min?: number; readonly max?: number }>(
  options: O,
): DeclaredAttribute<number, O> {
  return attribute<number, O>("integer", options, range(options));
}

/** A number, with fractions. */
export function decimal<const O extends AttributeOptions<number> & { readonly min?: number; readonly max?: number }>(
  options: O,
): DeclaredAttribute<number, O> {
  return attribute<number, O>("number", options, range(options));
}

/** A number of seconds. */
export function seconds<const O extends AttributeOptions<number> & { readonly min?: number; readonly max?: number }>(
  options: O,
): DeclaredAttribute<number, O> {
  return attribute<number, O>("duration-seconds", options, range(options));
}

/** One of a few words. Compared trimmed; case counts unless `anyCase`. */
export function oneOf<const V extends readonly string[], const O extends AttributeOptions<V[number]>>(
  values: V,
  options: O,
): DeclaredAttribute<V[number], O> {
  return attribute<V[number], O>("enum", options, { values });
}

/** A computed value; as text. */
export function expression<const O extends AttributeOptions<string>>(options: O): DeclaredAttribute<string, O> {
  return attribute<string, O>("expression", options);
}

/** A computed value of any .NET type, in object form. */
export function value<const O extends AttributeOptions<unknown>>(options: O): DeclaredAttribute<unknown, O> {
  return attribute<unknown, O>("object", options);
}

function range(options: { readonly min?: number; readonly max?: number }): { min?: number; max?: number } {
  return {
    ...(options.min === undefined ? {} : { min: options.min }),
    ...(options.max === undefined ? {} : { max: options.max }),
  };
}

/** What a child element is declared with. `max` defaults to 1, `min` to 0, `content` to "empty" or, with children, "elements". */
export interface ChildOptions<A, C> {
  readonly min?: number;
  /** See {@link ChildSchema.missing}. */
  readonly missing?: "warning";
  readonly max?: number;
  readonly content?: ContentKind;
  readonly expressions?: boolean;
  readonly type?: ValueType;
  /** See {@link ChildSchema.empty}. */
  readonly empty?: "refused" | "allowed";
  /** See {@link ChildSchema.undocumented}. */
  readonly undocumented?: Undocumented;
  readonly attributes?: A;
  readonly children?: C;
  /** See {@link ChildSchema.section}. */
  readonly section?: SectionName;
  /** See {@link ChildSchema.own}. */
  readonly own?: readonly PolicyDefinition[];
  readonly notes?: string;
}

/** A child element. `max` defaults to 1, `min` to 0, `content` to "empty" or, with children, "elements". */
export function child<
  const A extends Record<string, AttributeSchema> = Record<never, AttributeSchema>,
  const C extends Record<string, ChildSchema> = Record<never, ChildSchema>,
>(options: ChildOptions<A, C>): ChildSchema & { readonly attributes: A; readonly children: C } {
  return {
    min: options.min ?? 0,
    ...(options.missing === undefined ? {} : { missing: options.missing }),
    max: options.max ?? 1,
    content: options.content ?? (options.children === undefined ? "empty" : "elements"),
    expressions: options.expressions ?? false,
    ...(options.type === undefined ? {} : { type: options.type }),
    ...(options.empty === undefined ? {} : { empty: options.empty }),
    ...(options.undocumented === undefined ? {} : { undocumented: options.undocumented }),
    attributes: options.attributes ?? ({} as A),
    children: options.children ?? ({} as C),
    ...(options.section === undefined ? {} : { section: options.section }),
    ...(options.own === undefined ? {} : { own: options.own }),
    notes: options.notes ?? "",
  };
}

/** A child element whose text is a value of any type: literal or expression. */
export function valueChild<
  const A extends Record<string, AttributeSchema> = Record<never, AttributeSchema>,
  const C extends Record<string, ChildSchema> = Record<never, ChildSchema>,
>(
  options: Omit<ChildOptions<A, C>, "content" | "expressions" | "type">,
): ChildSchema & { readonly attributes: A; readonly children: C } {
  return child({ ...options, content: "text", expressions: true, type: "object" });
}

/** A policy as it stands among those that a child of content `policies` takes. */
export function policyChild<const A extends Record<string, AttributeSchema>, const C extends Record<string, ChildSchema>>(
  { attributes, children, content, text, summary }: PolicyDefinition<A, C>,
  options: {
    readonly min?: number;
    readonly max?: number;
    readonly missing?: "warning";
    readonly undocumented?: Undocumented;
    readonly notes?: string;
  } = {},
): ChildSchema & { readonly attributes: A; readonly children: C } {
  return child({
    ...options,
    notes: options.notes ?? summary,
    attributes,
    children,
    content: content ?? (Object.keys(children).length > 0 ? "elements" : "empty"),
    ...(text === undefined ? {} : { expressions: text.expressions, type: text.type }),
  });
}

/** For `max` of children. */
export const many = Number.POSITIVE_INFINITY;
