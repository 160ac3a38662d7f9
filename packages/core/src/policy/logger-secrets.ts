import type { LoggerModel } from "../model/model.js";

/** Settings whose texts are secrets, with all that is below them. */
const SECRET_SETTING = /key|secret|password|token|connectionstring|authorization|headers$/i;
/** The secret inside a connection string. */
const KEY_OF_CONNECTION = /(?:SharedAccessKey|SharedAccessSignature|Password)=([^;]+)/gi;
const DEEPEST = 8;

/** What of a logger's settings must not be printed. */
export function* loggerSecrets({ properties }: LoggerModel): Generator<string> {
  for (const [name, value] of properties) yield* secretsIn(name, value, false, 0);
}

function* secretsIn(name: string, value: unknown, isBelowSecret: boolean, depth: number): Generator<string> {
  const isSecret = isBelowSecret || SECRET_SETTING.test(name);
  if (typeof value === "string") {
    for (const [, key] of value.matchAll(KEY_OF_CONNECTION)) yield key!;
    if (isSecret) yield value;
  } else if (typeof value === "object" && value !== null && depth < DEEPEST)
    for (const [key, member] of Object.entries(value)) yield* secretsIn(key, member, isSecret, depth + 1);
}
