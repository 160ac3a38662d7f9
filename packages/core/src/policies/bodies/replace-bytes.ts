/**
 * Replaces bytes by others all over, once from left to right, in time that is linear whatever they are (Knuth, Morris and Pratt's search): engines'
 * own searches are quadratic for texts that are made for the purpose, and slow where there is much to replace.
 * @param from not empty
 * @returns null if there is nothing to replace
 * @throws RangeError before it makes more than `longest` bytes
 */
export function replaceBytes(bytes: Uint8Array, from: Uint8Array, to: Uint8Array, longest: number): Uint8Array | null {
  const borders = bordersOf(from);
  const search = new Search(bytes, from, borders);
  const first = search.next();
  if (first < 0) return null;
  if (to.length === from.length) return overwritten(bytes, to, first, search);
  // Counted first: a list of places would take several times as much memory as the body.
  let count = 1;
  while (search.next() >= 0) count++;
  const length = bytes.length + count * (to.length - from.length);
  if (length > longest) throw new RangeError(`The result would be longer than ${longest} bytes.`);
  const result = Buffer.allocUnsafeSlow(length);
  const again = new Search(bytes, from, borders);
  let read = 0;
  let written = 0;
  for (let place = again.next(); place >= 0; place = again.next()) {
    written = copy(bytes, read, place, result, written);
    written = copy(to, 0, to.length, result, written);
    read = place + from.length;
  }
  copy(bytes, read, bytes.length, result, written);
  return result;
}

function overwritten(bytes: Uint8Array, to: Uint8Array, first: number, search: Search): Uint8Array {
  const result = new Uint8Array(bytes);
  for (let place = first; place >= 0; place = search.next()) for (let i = 0; i < to.length; i++) result[place + i] = to[i]!;
  return result;
}

/** Bytes that are copied one by one: for a few that is quicker than a call. */
const FEW = 32;

/** @returns where the next bytes go */
function copy(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
  if (end - start > FEW) target.set(source.subarray(start, end), at);
  else for (let i = start; i < end; i++) target[at + i - start] = source[i]!;
  return at + end - start;
}

/** For each beginning of the pattern the length of its longest proper border. */
function bordersOf(pattern: Uint8Array): Int32Array {
  const borders = new Int32Array(pattern.length);
  let length = 0;
  for (let i = 1; i < pattern.length; i++) {
    while (length > 0 && pattern[i] !== pattern[length]) length = borders[length - 1]!;
    if (pattern[i] === pattern[length]) length++;
    borders[i] = length;
  }
  return borders;
}

/** Finds where a pattern stands, from left to right, without overlaps. */
class Search {
  private at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly pattern: Uint8Array,
    private readonly borders: Int32Array,
  ) {}

  /** @returns the next place; -1 if there is none */
  next(): number {
    const { bytes, pattern, borders } = this;
    let length = 0;
    for (let i = this.at; i < bytes.length; i++) {
      const byte = bytes[i]!;
      while (length > 0 && byte !== pattern[length]) length = borders[length - 1]!;
      if (byte !== pattern[length] || ++length < pattern.length) continue;
      this.at = i + 1;
      return i + 1 - length;
    }
    this.at = bytes.length;
    return -1;
  }
}
