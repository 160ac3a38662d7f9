import { boolean, either, list, map, number, object, type Shape, scalar, text, textOrNull, word } from "../../yaml/shape.js";
import type { TestFile } from "../file/model.js";

/** What holds of every request, as an invariants file says it. */
export interface InvariantsFile {
  /** The format: 1. */
  readonly version: number;
  /** Identity providers beside those that the documents name. */
  readonly identity?: TestFile["identity"];
  readonly invariants: readonly InvariantModel[];
}

/** One statement: which requests it is about, and one of `always`, `never`, `limit`, `apart`. */
export interface InvariantModel {
  readonly name: string;
  /** The requests that it is about: default all. */
  readonly when?: ConditionModel;
  /** What holds of each of them. */
  readonly always?: ConditionModel;
  /** What holds, all together, of none of them. */
  readonly never?: ConditionModel;
  readonly limit?: LimitModel;
  readonly apart?: ApartModel;
}

/** Most calls that go to a backend in a time. */
export interface LimitModel {
  readonly calls: number;
  /** A duration: `10s`. */
  readonly per: string | number;
  /** Whose calls are counted together. Default subscription. */
  readonly by?: "subscription" | "address" | "token" | "all";
}

/** What keeps requests apart: none gets an answer that was made for one that differs in any of these. */
export interface ApartModel {
  readonly query?: readonly string[];
  readonly headers?: readonly string[];
  readonly subscription?: boolean;
  /** The claim of the token that tells callers apart, such as `sub`. */
  readonly token?: string;
}

/**
 * What may be said of a request, of what its backend got, and of its answer. All that is given must hold. Values are exact, or `/regex/`; null
 * stands for absent.
 */
export interface ConditionModel {
  readonly api?: string | readonly string[];
  readonly operation?: string | readonly string[];
  readonly product?: string | readonly string[];
  /** Null: none. */
  readonly subscription?: string | readonly string[] | null;
  readonly method?: string | readonly string[];
  /** The path that the caller asks for: exact, or `/regex/`. */
  readonly path?: string;
  readonly request?: {
    readonly headers?: Readonly<Record<string, string | null>>;
    readonly query?: Readonly<Record<string, string | null>>;
  };
  /** A token that is signed by a key of its provider and in time, and says this. */
  readonly token?: TokenConditionModel;
  /** Did a backend get the request? */
  readonly forwarded?: boolean;
  /** What a backend got: in `always` each call, else any. */
  readonly backend?: {
    readonly method?: string;
    readonly url?: string;
    readonly headers?: Readonly<Record<string, string | null>>;
    readonly query?: Readonly<Record<string, string | null>>;
  };
  /** `404`, or `500-599`. */
  readonly status?: number | string;
  readonly headers?: Readonly<Record<string, string | null>>;
  /** A part of the answer's body, or `/regex/`. */
  readonly body?: string;
  /** Does the answer tell what it should keep: the message of `context.LastError`, what a backend's failed answer said? */
  readonly tells?: "error" | "backend";
}

/** What a token says. */
export interface TokenConditionModel {
  readonly issuer?: string;
  readonly audience?: string;
  /** Readonly<Record<string, string | null>> that claims have, or have among others. */
  readonly claims?: Readonly<Record<string, string | readonly string[]>>;
}

const names = either(list(scalar), scalar);
const values = map(textOrNull);
const condition = object<ConditionModel>({
  api: names,
  operation: names,
  product: names,
  subscription: either(list(scalar), textOrNull),
  method: names,
  path: text,
  request: object<NonNullable<ConditionModel["request"]>>({ headers: values, query: values }),
  token: object<TokenConditionModel>({ issuer: text, audience: text, claims: map(names) }),
  forwarded: boolean,
  backend: object<NonNullable<ConditionModel["backend"]>>({ method: text, url: text, headers: values, query: values }),
  status: scalar,
  headers: values,
  body: text,
  tells: word("error", "backend"),
});

/** The shape of an invariants file. */
export const invariantsShape: Shape = object<InvariantsFile>(
  {
    version: number,
    identity: list(
      object<NonNullable<TestFile["identity"]>[number]>(
        { issuer: text, keys: list(object({ kid: scalar, alg: text }, "kid")) },
        "issuer",
      ),
    ),
    invariants: list(
      object<InvariantModel>(
        {
          name: scalar,
          when: condition,
          always: condition,
          never: condition,
          limit: object<LimitModel>(
            { calls: number, per: scalar, by: word("subscription", "address", "token", "all") },
            "calls",
            "per",
          ),
          apart: object<ApartModel>({ query: list(text), headers: list(text), subscription: boolean, token: text }),
        },
        "name",
      ),
    ),
  },
  "version",
  "invariants",
);
