/**
 * A key of the store made of parts, such that different parts never make the same key: each is written with its length in front. What a
 * client sends can thus not reach another part of the key.
 * @param kind what the key is for, with a version: keys of another form never meet
 */
export function storeKey(kind: string, ...parts: readonly string[]): string {
  let key = kind;
  for (const part of parts) key += `|${part.length}:${part}`;
  return key;
}
