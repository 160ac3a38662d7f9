/**
 * What values take of the limit on memory, in its unit: a character, two bytes. Measured as growth of the heap in V8 (64 bit), kind by
 * kind; a test holds them to it.
 */
export const Weight = {
  /** An element of an array, list, queue or stack. */
  item: 5,
  /** A part that a text was split into, beside its characters. */
  part: 12,
  /** An object: what a constructor makes, or a value of a type that is kept as one. */
  object: 32,
  /** A set or dictionary without anything in it. */
  table: 200,
  /** A key of a set or dictionary, with its value. */
  entry: 50,
  /** A group of items with a key. */
  group: 140,
  /** A JSON value, array, object, or property. */
  token: 50,
  /** An XML node or attribute, beside its text. */
  node: 90,
  /** A match of a regular expression with its groups. */
  match: 200,
} as const;
