import { LimitError } from "./exceptions.js";
import type { Run } from "./run.js";

/** So many parts are a unit. */
const PARTS = 64;

/** Beyond ASCII text is decoded more slowly: what a byte and a character of it cost. */
const BYTE_BEYOND_ASCII = 2;
const CHARACTER_BEYOND_ASCII = 4;

/**
 * What each character of JSON, XML and forms costs, in parts. A unit is what it takes to make one value, member, entity, escape or field of a text,
 * about a quarter of a microsecond; a tag, an attribute or a constructor counts as two.
 */
const COSTS = costs();
function costs(): Uint8Array {
  const table = new Uint8Array(256).fill(1, 0, 128).fill(BYTE_BEYOND_ASCII, 128);
  const cost = (chars: string, units: number): void => {
    for (const char of chars) table[char.charCodeAt(0)] = units * PARTS;
  };
  // XML takes each carriage return out.
  cost("\"'\\\r", 0.5);
  cost(",:&", 1);
  cost("{[%", 1.5);
  cost("<=(", 2);
  cost(".", 0.25);
  cost("+", 0.125);
  return table;
}

/** The most that a byte or a character costs, in units. */
const MOST_OF_ONE = 2;
/** So few bytes or characters matter little whatever they are. */
const FEW = 4_096;

/** True if a text of a length may be charged without a look at it. Not where it might take more than what is left. */
function isFew(length: number, left: number): boolean {
  return length <= FEW && length * MOST_OF_ONE <= left;
}

/**
 * How much work it is to take bytes apart, in units: told before anything is made of them, by what begins something in JSON, XML and forms. Takes
 * about a nanosecond a byte.
 */
export function workOfBytes(bytes: Uint8Array): number {
  let parts = 0;
  for (let i = 0; i < bytes.length; i++) parts += COSTS[bytes[i]!]!;
  return Math.ceil(parts / PARTS);
}

/**
 * What is charged for bytes that are about to be taken apart, in units. Few bytes are not looked at.
 * @param left units that may be spent
 * @param work what tells how much it is ({@link workOfBytes})
 */
export function chargeOfBytes(bytes: Uint8Array, left: number, work: () => number = () => workOfBytes(bytes)): number {
  return isFew(bytes.length, left) ? Math.ceil(bytes.length / PARTS) : work();
}

/** The same of a text. */
function workOfText(text: string): number {
  let parts = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    parts += code < 128 ? COSTS[code]! : CHARACTER_BEYOND_ASCII;
  }
  return Math.ceil(parts / PARTS);
}

/**
 * Charges an evaluation for a text that it is about to take apart, wherever that came from, as for a body of the same length (`limits.bodyWork`).
 * @param times how much more than usual is done with it
 * @throws LimitError
 */
export function chargeText(run: Run, text: string, times = 1): void {
  const { bodyWorkLeft: left } = run;
  const work = times * (isFew(text.length, left / times) ? Math.ceil(text.length / PARTS) : workOfText(text));
  if (!(work <= left))
    throw new LimitError("bodyWork", workText(work, left, run.limits.bodyWork, `A text of ${text.length} characters`));
  run.chargeBodyWork(work);
}

/**
 * What operators are told of something that takes more work than it may.
 * @param work in units, as are the others
 * @param what with its length
 */
export function workText(work: number, left: number, limit: number, what: string): string {
  const rest = left < limit ? `, of which ${left} are left` : "";
  return `${what} takes ${work} units of work to read; limits.bodyWork allows ${limit}${rest}.`;
}
