import type { Identity } from "@turnpike/expressions";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Place } from "../diagnostics/place.js";
import type { GatewayModel } from "../model/model.js";
import type { DocumentedError } from "./declared-error.js";
import type { Exchange } from "./exchange.js";
import type { Step } from "./flow.js";
import type { PolicyInfo } from "./observer.js";
import type { ScopeName, SectionName } from "./sections.js";

/** Every category of the reference. */
export const policyCategories = [
  "rate-limiting",
  "authentication",
  "authorization",
  "caching",
  "content-validation",
  "control-flow",
  "cross-domain",
  "graphql",
  "integration",
  "ingress",
  "logging",
  "ai",
  "routing",
  "transformation",
] as const;

/** A category of the reference. */
export type PolicyCategory = (typeof policyCategories)[number];

/**
 * An attribute's or text's value: a literal known at load time or an expression. `get` runs the expression, if any, converts
 * its value to T as the attribute's type says, and throws a PolicyError (ExpressionValueEvaluationFailure) if it fails.
 */
export interface Value<T> {
  /** The literal, or undefined if it takes an expression (which may still turn out constant). */
  readonly literal: T | undefined;
  get(exchange: Exchange): T;
  /** The same, with which object the value is: for what stores it where expressions may compare it by reference. */
  getObject(exchange: Exchange): ObjectValue<T>;
  /** As written, for traces and messages. */
  readonly source: string;
}

/** A value in object form, and which object a text or boxed value is; undefined: one of its own. */
export interface ObjectValue<T> {
  readonly value: T;
  readonly identity: Identity;
}

/** What kind of value an attribute holds. `expression` means text that should be computed; a literal is accepted as well. */
export type ValueType = (typeof valueTypes)[number];

/** Every {@link ValueType}. */
export const valueTypes = ["string", "boolean", "integer", "number", "duration-seconds", "enum", "expression", "object"] as const;

/** What an attribute of an element may be. */
export interface AttributeSchema<T = unknown> {
  readonly type: ValueType;
  readonly required: boolean;
  /** The default as the reference gives it; null for none. */
  readonly default: T | null;
  readonly values: readonly string[] | null;
  readonly expressions: boolean;
  /** One sentence for help texts and reference pages. */
  readonly notes: string;
  /** Smallest and largest literal; an expression's value outside is a failure at run time. */
  readonly min?: number;
  readonly max?: number;
  /** Further check of a literal at load time: an error text, or null. */
  check?(literal: T): string | null;
  /** Of required attributes that published documents leave out: their absence is a warning, and the default, if any, stands in. */
  readonly missing?: "warning";
  /**
   * What becomes of an expression that gives null or an empty text. `refused`: the request fails with the reason
   * ExpressionValueValidationFailure; `allowed`, the default: the policy gets it. The shorthands refuse it for required attributes.
   */
  readonly empty?: "refused" | "allowed";
  /** Of attributes that API Management takes although its reference does not name them: see {@link Undocumented}. */
  readonly undocumented?: Undocumented;
}

/** What the reference does not name loads with a warning. `works`: it does what its name says; `no-effect`: it is read and passed over. */
export type Undocumented = (typeof undocumentedKinds)[number];

/** Every {@link Undocumented}. */
export const undocumentedKinds = ["works", "no-effect"] as const;

/**
 * Content of an element: none, text (literal or expression), child elements, policies (a nested section), or anything (raw XML).
 * `raw`: text without markup is bound as `text` is; elements are bound if the schema declares all of them; otherwise only
 * {@link BoundElement.raw} tells what is there.
 */
export type ContentKind = (typeof contentKinds)[number];

/** Every {@link ContentKind}. */
export const contentKinds = ["empty", "text", "elements", "policies", "raw"] as const;

/** What a child element may be, and how often. */
export interface ChildSchema {
  readonly min: number;
  /** Of a child that the reference demands although published documents go without it: then its absence is only a warning. */
  readonly missing?: "warning";
  readonly max: number;
  readonly content: ContentKind;
  /** For text: may it be an expression? */
  readonly expressions: boolean;
  /** For text: the type of its value. Default string. */
  readonly type?: ValueType;
  /** For text: see {@link AttributeSchema.empty}. Default allowed. */
  readonly empty?: "refused" | "allowed";
  /** Of children that API Management takes although its reference does not name them. */
  readonly undocumented?: Undocumented;
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  readonly children: Readonly<Record<string, ChildSchema>>;
  /**
   * Of `policies`: the section as which they act, where that is not the one around. Then `children` are those that may stand here, and how often;
   * otherwise all may that can stand in the section.
   */
  readonly section?: SectionName;
  /** Of `policies`: some that are known here alone. */
  readonly own?: readonly PolicyDefinition[];
  readonly notes: string;
}

/** What an attribute's value is to `compile`: null where it may be absent. */
export type ValueOf<S> =
  S extends AttributeSchema<infer T>
    ? S extends { readonly required: true; readonly missing?: never }
      ? Value<T>
      : S extends { readonly default: null }
        ? Value<T> | null
        : Value<T>
    : never;

/** A policy element after validation: attributes as typed values, children by name. */
export interface BoundElement<A = Record<string, AttributeSchema>, C = Record<string, ChildSchema>> {
  readonly name: string;
  /** A required attribute or one with a default is there; others may be null. Keys are the attribute names. */
  readonly attributes: { readonly [K in keyof A]: ValueOf<A[K]> };
  /** Children by element name, in document order; absent ones are empty lists. */
  readonly children: { readonly [K in keyof C]: readonly BoundChild<C[K]>[] };
  /** Text content where the schema allows it: literal or expression. Null if there is none but blanks. */
  readonly text: Value<unknown> | null;
  /** Compiled nested policies, where `content` is "policies". */
  readonly policies: Step | null;
  /** The same, each policy as a step of its own, in document order. Empty otherwise. */
  readonly branches: readonly { readonly name: string; readonly step: Step }[];
  /** All child elements in document order, for policies in which the order across names counts. */
  readonly elements: readonly BoundChild[];
  /** For `raw` content: the inner XML as written, with named values put in and a CDATA wrapper taken off. Empty otherwise. */
  readonly raw: string;
  readonly place: Place;
  /** Nesting below the section, of a policy and of children that policies stand in: `choose[1]\when[2]`. Of other children that of the policy. */
  readonly path: string;
  /** Where the character at an offset of the literal text, or of `raw`, stands in the document. */
  placeOf(offset: number): Place;
}

/** A child element after validation. */
export type BoundChild<S = ChildSchema> = S extends { readonly attributes: infer A; readonly children: infer C }
  ? BoundElement<A, C>
  : BoundElement;

/** What documents refer to by id. */
export type DocumentReference = "backend" | "certificate" | "logger" | "schema";

/** What a policy's `compile` may ask for besides its element. */
export interface PolicyCompiler {
  readonly section: SectionName;
  readonly scope: ScopeName;
  /** What observers know the element as. */
  readonly info: PolicyInfo;
  /** The same of a child that policies stand in. */
  branch(child: Pick<BoundElement, "name" | "path" | "place">): PolicyInfo;
  /** A name for this element that stays the same as long as the configuration's shape does: for counters and caches. */
  readonly elementId: string;
  /** Reports an error or warning at a place (default: the element's own). An error fails the load; go on to find more. */
  report(
    finding: {
      readonly severity?: Diagnostic["severity"];
      readonly code: string;
      readonly message: string;
      readonly hint?: string;
    },
    place?: Place,
  ): void;
  /**
   * Reports an id of the document that the configuration does not have, at a place (default: the element's own). Nothing is reported where the
   * document is checked alone, nor of an id that named values will make another of.
   */
  refer(kind: DocumentReference, id: string, place?: Place): void;
  /** Configuration that policies refer to. Undefined if it does not exist; when the document is checked alone nothing does, and `isDetached` is true. */
  readonly isDetached: boolean;
  readonly configuration: GatewayModel;
  /** A package that the definition's `packages` names, as `import` gives it; null if it is not installed, and when the document is checked alone. */
  package(name: string): object | null;
  /**
   * Makes sure that the bodies that the element's own expressions read are buffered, before they are evaluated. The pipeline does
   * so before a step runs; a policy that evaluates again later (retry's condition, deferred counts) calls it itself.
   */
  prepare(exchange: Exchange): void | Promise<void>;
}

/** One policy: what it is called, where it may stand, what it takes and how it becomes a step. */
export interface PolicyDefinition<
  A extends Record<string, AttributeSchema> = Record<string, AttributeSchema>,
  C extends Record<string, ChildSchema> = Record<string, ChildSchema>,
> {
  readonly name: string;
  /** Other element names for the same policy (`azure-openai-token-limit`). */
  readonly aliases?: readonly string[];
  readonly category: PolicyCategory;
  readonly summary: string;
  /** What its page says beyond the summary: a text for each paragraph. */
  readonly remarks?: readonly string[];
  /** How it reads what the reference leaves open: a clause for each. */
  readonly readings?: readonly string[];
  readonly sections: readonly SectionName[];
  readonly scopes: readonly ScopeName[];
  readonly attributes: A;
  readonly children: C;
  /** True: it counts in the gateway's store. A gateway that is one of several workers warns of it where the store is each worker's own. */
  readonly counts?: boolean;
  /** Content of the element itself. Default: "elements" if it has children, otherwise "empty". `policies` for retry and the like. */
  readonly content?: ContentKind;
  /** For text content. */
  readonly text?: { readonly type: ValueType; readonly expressions: boolean; readonly empty?: "refused" | "allowed" };
  /** How it ends requests: each is what `policyError` gives, or a plain object where nothing is thrown. */
  readonly errors?: readonly DocumentedError[];
  /** Packages that `compile` asks the compiler for, given the configuration: loaded before the first document with this policy is compiled. */
  packages?(configuration: GatewayModel): readonly string[];
  /** Takes the place of `compile` in policy tests: of a policy that calls what the testing kit cannot stand in for. */
  fake?(element: BoundElement<A, C>, compiler: PolicyCompiler): Step;
  /** Decides everything that can be decided once; the returned step does only what a request needs. */
  compile(element: BoundElement<A, C>, compiler: PolicyCompiler): Step;
}
