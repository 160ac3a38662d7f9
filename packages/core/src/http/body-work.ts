/** Units of work that one policy or expression may put into taking bodies apart, unless the gateway says otherwise. */
export const defaultBodyWork = 150_000;

/** What is said of a body that takes more work than it may. @param limit in units */
export function bodyWorkText(limit: number, body = "The body"): string {
  return `${body} takes more than ${limit} units of work to read (limits.bodyWork).`;
}

/** So many parts are a unit. */
const PARTS = 64;

/**
 * What each byte of a body costs, in parts. A unit is what it takes to make one value, member, entity, escape or field of a text, about a quarter of
 * a microsecond; a tag or an attribute counts as two.
 */
const COSTS = costs();

function costs(): Uint8Array {
  // Beyond ASCII text is decoded more slowly.
  const table = new Uint8Array(256).fill(1, 0, 128).fill(2, 128);
  const cost = (chars: string, units: number): void => {
    for (const char of chars) table[char.charCodeAt(0)] = units * PARTS;
  };
  cost("\"'\\", 0.5);
  cost(",:&", 1);
  cost("{[%", 1.5);
  cost("<=", 2);
  cost("+", 0.125);
  return table;
}

/** The most that a byte costs, in units. */
const MOST_OF_BYTE = 2;

/**
 * How much work it is to take bytes apart, in units: told before anything is made of them, by what begins something in JSON, XML and forms. Takes
 * about a nanosecond a byte.
 */
export function bodyWork(bytes: Uint8Array): number {
  let parts = 0;
  for (let i = 0; i < bytes.length; i++) parts += COSTS[bytes[i]!]!;
  return Math.ceil(parts / PARTS);
}

/** What charging for bytes leaves of some units; below zero for too little. Bytes so few that they cannot be too many are not looked at. */
export function workLeft(bytes: Uint8Array, units: number, work: () => number = () => bodyWork(bytes)): number {
  return units - (bytes.length * MOST_OF_BYTE <= units ? bytes.length / PARTS : work());
}
