/**
 * Replaces bytes by others all over, once from left to right, in time that is linear whatever they are (Knuth, Morris and Pratt's search): engines'
 * own searches are quadratic for texts that are made for the purpose, and slow where there is much to replace.
 * @param from not empty
 * @returns null if there is nothing to replace
 * @throws RangeError before it makes more than `longest` bytes
 */
export function replaceBytes(bytes: Uint8Array, from: Uint8Array, to: Uint8Array, longest: number): Uint8Array | null {
  const places = placesOf(bytes, from);
  if (places.length === 0) return null;
  const length = bytes.length + places.length * (to.length - from.length);
  if (length > longest) throw new RangeError(`The result would be longer than ${longest} bytes.`);
  if (to.length === from.length) return overwritten(bytes, places, to);
  const result = Buffer.allocUnsafeSlow(length);
  let read = 0;
  let written = 0;
  for (const place of places) {
    written = copy(bytes, read, place, result, written);
    written = copy(to, 0, to.length, result, written);
    read = place + from.length;
  }
  copy(bytes, read, bytes.length, result, written);
  return result;
}

function overwritten(bytes: Uint8Array, places: Uint32Array, to: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes);
  for (const place of places) for (let i = 0; i < to.length; i++) result[place + i] = to[i]!;
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

/** Where the pattern stands, without overlaps. */
function placesOf(bytes: Uint8Array, pattern: Uint8Array): Uint32Array {
  const borders = bordersOf(pattern);
  let places = new Uint32Array(16);
  let count = 0;
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    while (length > 0 && byte !== pattern[length]) length = borders[length - 1]!;
    if (byte !== pattern[length] || ++length < pattern.length) continue;
    if (count === places.length) places = enlarged(places);
    places[count++] = i + 1 - length;
    length = 0;
  }
  return places.subarray(0, count);
}

function enlarged(places: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(4 * places.length);
  larger.set(places);
  return larger;
}
