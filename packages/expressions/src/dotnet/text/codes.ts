import { checkTime } from "../../runtime/current.js";

const PART = 4096;

/** Makes a string of UTF-16 codes. */
export function fromCodes(codes: ArrayLike<number>, from = 0, count = codes.length - from): string {
  let text = "";
  const end = from + count;
  for (let i = from; i < end; i += PART) {
    const part: number[] = [];
    for (let j = i; j < Math.min(i + PART, end); j++) part.push(codes[j]!);
    text += String.fromCharCode(...part);
    if (count > PART) checkTime();
  }
  return text;
}
