import { raise } from "../../../runtime/exceptions.js";
import type { CallSite } from "../../../types/declare.js";
import type { LazySequence } from "../../linq/index.js";
import { jsonError } from "../errors.js";
import { tokens } from "../sequences.js";
import type { JToken } from "../token.js";
import { parsePath } from "./parser.js";
import { follow } from "./query.js";

function run(site: CallSite, token: JToken, path: string | null, errorWhenNoMatch: boolean): Iterable<JToken> {
  if (path === null) throw raise.argumentNull("expression");
  return follow({ site, root: token, errorWhenNoMatch }, parsePath(path), token);
}

/** `SelectToken(path)`: the one token there; null if there is none. Several are a JsonException. */
export function selectOne(site: CallSite, token: JToken, path: string | null, errorWhenNoMatch: boolean): JToken | null {
  let found: JToken | null = null;
  for (const match of run(site, token, path, errorWhenNoMatch)) {
    if (found !== null) throw jsonError.json("Path returned multiple tokens.");
    found = match;
  }
  return found;
}

/** `SelectTokens(path)`. */
export function select(site: CallSite, token: JToken, path: string | null, errorWhenNoMatch: boolean): LazySequence {
  if (path === null) throw raise.argumentNull("expression");
  parsePath(path);
  return tokens(site, () => run(site, token, path, errorWhenNoMatch));
}
