import { describe, expect, test } from "vitest";
import { isMark, isOrdered } from "#expressions/dotnet/text/marks.js";
import { normalizeText } from "#expressions/dotnet/text/normal-form.js";

const FORMS = ["NFC", "NFD", "NFKC", "NFKD"] as const;

/** The same numbers every time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

const from = (first: number, count: number): string[] => Array.from({ length: count }, (_, i) => String.fromCodePoint(first + i));

/** What normalization treats differently: bases, marks of many classes, what composes with what stands before, lone surrogates. */
const ALPHABETS: Record<string, readonly string[]> = {
  "Latin with marks": [..."aeiouAEKsS", "\u212b", "\u00e9", "\u1e69", ...from(0x300, 0x70)],
  "marks alone": [...from(0x300, 0x70), ...from(0x591, 0x2d), ...from(0x610, 0xb), "\u0344", "\u0f73", "\u0f75", "\u0f81"],
  "marks of one class": ["\u0301", "\u0300", "\u0308"],
  "Hangul jamo": [...from(0x1100, 19), ...from(0x1161, 21), ...from(0x11a8, 27), "각", "가"],
  "Indic vowels that compose": [
    "\u09c7",
    "\u09be",
    "\u09d7",
    "\u0b47",
    "\u0b56",
    "\u0bc6",
    "\u0bbe",
    "\u1025",
    "\u102e",
    "\u09bc",
  ],
  "half-width kana": ["ｶ", "ﾊ", "\uff9e", "\uff9f", "か", "\u3099", "\u309a", "ﾡ", "ￂ"],
  "beyond the first plane": ["\u{1d15e}", "\u{1d165}", "\u{11131}", "\u{11127}", "\u{16d67}", "\u{1e8d0}", "\u{1e8d1}", "😀"],
  "lone surrogates": ["\ud834", "\udd65", "a", "\u0301", "\u0323"],
  "compatibility characters": ["ﷺ", "ﬁ", "㌀", "①", "\u00a8", "\u037a", "\u0301", "\u0345"],
};

describe("long texts are normalized as the platform does it", () => {
  test.each(Object.entries(ALPHABETS))("%s", (_, letters) => {
    const next = numbers(letters.length);
    for (const length of [300, 2_000, 20_000, 40_000]) {
      let text = "x";
      while (text.length < length) {
        // Characters by turns, and long runs of two.
        const pair = [letters[next(letters.length)]!, letters[next(letters.length)]!];
        const isRun = next(40) === 0;
        for (let i = 0; i < (isRun ? 200 : 1); i++) text += pair[i % 2]!;
      }
      for (const form of FORMS) expect(normalizeText(text, form) === text.normalize(form), `${form} of ${length}`).toBe(true);
    }
  });

  test("whatever character stands where a long text is cut", () => {
    const fill = "\u4e2d".repeat(16_384 - 20);
    const suspects = [
      ...from(0x300, 0x70),
      ...from(0x9bc, 0x20),
      ...from(0x1100, 0x100),
      ...from(0x3041, 0x60),
      ...from(0xff65, 0x78),
    ];
    for (const suspect of suspects) {
      const text = fill + suspect.repeat(90) + fill.slice(0, 300);
      for (const form of ["NFC", "NFKC"] as const)
        expect(normalizeText(text, form) === text.normalize(form), `${form} of ${suspect}`).toBe(true);
    }
  });
});

test("only marks are ordered by combining classes", () => {
  for (let code = 0; code < 0x110000; code++) {
    if (code === 0xd800) code = 0xe000;
    const text = String.fromCodePoint(code);
    const isMoved = `${text}\u0334`.normalize("NFD") !== `${text.normalize("NFD")}\u0334`;
    if (isMark(code) !== /^\p{M}$/u.test(text))
      expect.fail(`U+${code.toString(16)} is taken for ${isMark(code) ? "a" : "no"} mark`);
    if (isMoved && !isOrdered(code) && /^\p{M}/u.test(text.normalize("NFD")))
      expect.fail(`U+${code.toString(16)} is ordered among its neighbours`);
  }
});
