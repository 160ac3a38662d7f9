/** Longest input, in bytes. */
export const LONGEST = 65_536;
/** What most inputs stay under: short inputs are quick ones. */
const USUAL = 2_048;

const ODD = [
  "\0",
  "\r\n",
  "\n",
  "\t",
  "%",
  "%00",
  "%2e%2e",
  "%25",
  "\\",
  "'",
  '"',
  "\u0301",
  "\u0301\u0323",
  "\u202e",
  "\ufeff",
  "\u{1f680}",
  "\u0130",
  "\u00df",
  "__proto__",
  "constructor",
  "toString",
  "{{",
  "}}",
  "${",
  "&#0;",
  "&amp;",
  "]]>",
  "*/",
  "--",
  "..",
  "//",
  ";",
  ",",
].map((text) => Buffer.from(text));
const BYTES = [
  Buffer.from([0xff]),
  Buffer.from([0xc0, 0x80]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf4, 0x90, 0x80, 0x80]),
  Buffer.from([0xe2, 0x80]),
];
const NUMBERS =
  "0 -0 -1 1 2 127 128 255 256 65535 65536 2147483647 2147483648 -2147483648 4294967296 9007199254740993 9223372036854775807 9223372036854775808 1e309 1e-400 0.1 NaN 1e999999999 00 0x10 ٣".split(
    " ",
  );
const PAIRS = ["()", "[]", "{}", "<>", '""', "''"];

/**
 * Makes new inputs of old ones.
 * @param random a source of chance
 * @param tokens words of the front end's language
 * @param pool inputs that a piece may be taken from
 */
export function createMutator(random, tokens, pool) {
  const words = tokens.map((token) => Buffer.from(token));
  const place = (bytes) => random.below(bytes.length + 1);
  const piece = (bytes) => {
    const from = random.below(bytes.length);
    const longest = random.oneIn(3) ? bytes.length - from : Math.min(bytes.length - from, 16);
    return [from, from + 1 + random.below(longest)];
  };
  const splice = (bytes, from, to, put) => Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(to)]);
  const insert = (bytes, put) => {
    const at = place(bytes);
    return splice(bytes, at, at, put);
  };

  const changes = [
    (bytes) => {
      const copy = Buffer.from(bytes);
      copy[random.below(copy.length)] ^= 1 << random.below(8);
      return copy;
    },
    (bytes) => {
      const copy = Buffer.from(bytes);
      copy[random.below(copy.length)] = 0x20 + random.below(0x5f);
      return copy;
    },
    (bytes) => insert(bytes, random.pick(ODD)),
    (bytes) => insert(bytes, random.pick(random.oneIn(4) ? BYTES : ODD)),
    (bytes) => splice(bytes, ...piece(bytes), Buffer.alloc(0)),
    (bytes) => splice(bytes, ...piece(bytes), Buffer.alloc(0)),
    (bytes) => {
      const [from, to] = piece(bytes);
      return splice(bytes, to, to, bytes.subarray(from, to));
    },
    (bytes) => {
      const [from, to] = piece(bytes);
      return insert(bytes, bytes.subarray(from, to));
    },
    // Another input's piece.
    (bytes) => {
      const other = random.pick(pool);
      return other.length === 0 ? bytes : insert(bytes, other.subarray(...piece(other)));
    },
    (bytes) => {
      const other = random.pick(pool);
      return Buffer.concat([bytes.subarray(0, place(bytes)), other.subarray(place(other))]);
    },
    // Numbers.
    (bytes) => {
      const text = bytes.toString("latin1");
      const found = [...text.matchAll(/-?\d+(?:\.\d+)?/g)];
      if (found.length === 0) return insert(bytes, Buffer.from(random.pick(NUMBERS)));
      const { index, 0: digits } = random.pick(found);
      return splice(bytes, index, index + digits.length, Buffer.from(random.pick(NUMBERS)));
    },
    // Brackets around a piece, once or many times.
    (bytes) => {
      const [from, to] = piece(bytes);
      const [open, close] = random.pick(PAIRS);
      const depth = random.oneIn(50) ? 1 + random.below(3_000) : 1 + random.below(3);
      const inner = bytes.subarray(from, to);
      return splice(bytes, from, to, Buffer.concat([Buffer.from(open.repeat(depth)), inner, Buffer.from(close.repeat(depth))]));
    },
    // A piece many times over.
    (bytes) => {
      const [from, to] = piece(bytes);
      const most = Math.max(1, Math.floor((random.oneIn(40) ? LONGEST : USUAL) / (to - from)));
      return splice(bytes, from, to, Buffer.concat(Array(1 + random.below(most)).fill(bytes.subarray(from, to))));
    },
    (bytes) =>
      Buffer.from(random.oneIn(2) ? bytes.toString("latin1").toUpperCase() : bytes.toString("latin1").toLowerCase(), "latin1"),
  ];
  if (words.length > 0)
    changes.push(
      ...Array(4).fill((bytes) => insert(bytes, random.pick(words))),
      ...Array(2).fill((bytes) => splice(bytes, ...piece(bytes), random.pick(words))),
    );

  /** A new input of an old one. */
  return (parent) => {
    let bytes = parent;
    for (let left = 1 + random.below(random.oneIn(4) ? 8 : 3); left > 0; left--) {
      if (bytes.length === 0) bytes = random.pick(words.length > 0 ? words : ODD);
      bytes = random.pick(changes)(bytes);
    }
    return bytes.length > LONGEST ? bytes.subarray(0, LONGEST) : bytes;
  };
}
