/** Where text comes from that a caller, a token or a failure decides. */
export type OriginKind =
  | "header"
  | "query"
  | "path"
  | "body"
  | "host"
  | "token"
  | "error"
  | "user"
  | "subscription"
  | "product"
  | "answer";

/** A source of text. */
export interface Origin {
  readonly kind: OriginKind;
  /** The dictionary's key, where there is a constant one. */
  readonly key: string | null;
  /** The path that conditions may have looked at. */
  readonly path: string;
}

/** Sources that whoever calls can choose. */
export const callerKinds: ReadonlySet<OriginKind> = new Set(["header", "query", "path", "body", "host"]);
