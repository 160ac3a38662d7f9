import type { CallSite } from "../../../types/declare.js";
import type { JToken } from "../token.js";

/** One step of a path as it runs. */
export interface PathRun {
  readonly site: CallSite;
  readonly root: JToken;
  readonly errorWhenNoMatch: boolean;
}

/** A step of a path: from the tokens before it to those after it. */
export type Filter = (run: PathRun, current: Iterable<JToken>) => Iterable<JToken>;

/** True if a token matches what stands in `?( )`. */
export type Query = (run: PathRun, token: JToken) => boolean;
