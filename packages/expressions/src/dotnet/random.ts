import { raise } from "../runtime/exceptions.js";
import { defineType, type TypeDeclaration, withCall } from "../types/declare.js";
import { NetArray, NetObject } from "../types/values.js";

const MAX = 0x7fffffff;
const SEED = 161_803_398;

/** System.Random: .NET Framework's subtractive generator, so that a seed gives the numbers that it gives there. */
class Random extends NetObject {
  private readonly state = new Int32Array(56);
  private next = 0;
  private nextOther = 21;

  constructor(seed: number) {
    super();
    const { state } = this;
    let value = SEED - (seed === -2147483648 ? MAX : Math.abs(seed));
    state[55] = value;
    let step = 1;
    for (let i = 1; i < 55; i++) {
      const at = (21 * i) % 55;
      state[at] = step;
      step = (value - step) | 0;
      if (step < 0) step += MAX;
      value = state[at]!;
    }
    for (let round = 1; round < 5; round++)
      for (let i = 1; i < 56; i++) {
        const difference = (state[i]! - state[1 + ((i + 30) % 55)]!) | 0;
        state[i] = difference < 0 ? difference + MAX : difference;
      }
  }

  override get declaration() {
    return randomType;
  }

  /** 0 to 2^31 - 2. */
  sample(): number {
    if (++this.next >= 56) this.next = 1;
    if (++this.nextOther >= 56) this.nextOther = 1;
    let value = (this.state[this.next]! - this.state[this.nextOther]!) | 0;
    if (value === MAX) value--;
    if (value < 0) value += MAX;
    this.state[this.next] = value;
    return value;
  }

  /** 0 to below 1. */
  fraction(): number {
    return this.sample() * (1 / MAX);
  }

  between(low: number, high: number): number {
    const range = high - low;
    if (range <= MAX) return Math.trunc(this.fraction() * range) + low;
    const size = this.sample();
    const signed = this.sample() % 2 === 0 ? -size : size;
    return Math.trunc(((signed + (MAX - 1)) / (2 * MAX - 1)) * range) + low;
  }
}

const randomType: TypeDeclaration = defineType("class System.Random", {
  "new()": withCall((site) => {
    const bytes = site.run.host.randomBytes(4);
    return new Random(new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0));
  }),
  "new(int Seed)": (seed: number) => new Random(seed),
  "int Next()": (self: Random) => self.sample(),
  "int Next(int maxValue)": (self: Random, most: number) => {
    if (most < 0) throw raise.argumentOutOfRange("maxValue", "'maxValue' must be greater than zero.");
    return Math.trunc(self.fraction() * most);
  },
  "int Next(int minValue, int maxValue)": (self: Random, low: number, high: number) => {
    if (low > high) throw raise.argumentOutOfRange("minValue", "'minValue' cannot be greater than maxValue.");
    return self.between(low, high);
  },
  "double NextDouble()": (self: Random) => self.fraction(),
  "void NextBytes(byte[] buffer)": (self: Random, buffer: NetArray | null) => {
    if (!(buffer instanceof NetArray)) throw raise.argumentNull("buffer");
    for (let i = 0; i < buffer.items.length; i++) buffer.items[i] = self.sample() % 256;
  },
});

/** System.Random. */
export const randomTypes: readonly TypeDeclaration[] = [randomType];
