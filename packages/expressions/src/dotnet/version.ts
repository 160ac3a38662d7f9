import { NetException, raise } from "../runtime/exceptions.js";
import { defineType, type Reference, type TypeDeclaration } from "../types/declare.js";
import { NetObject } from "../types/values.js";

/** System.Version: two to four numbers; -1 stands for one that is not given. */
class Version extends NetObject {
  constructor(
    readonly major: number,
    readonly minor: number,
    readonly build = -1,
    readonly revision = -1,
  ) {
    super();
  }

  private get numbers(): readonly number[] {
    return [this.major, this.minor, this.build, this.revision].filter((part) => part >= 0);
  }

  override get declaration() {
    return versionType;
  }

  override toText(): string {
    return this.numbers.join(".");
  }

  toFields(count: number): string {
    if (count < 0 || count > this.numbers.length)
      throw raise.argument("Argument must be between 0 and the number of fields.", "fieldCount");
    return this.numbers.slice(0, count).join(".");
  }

  override equals(other: unknown): boolean {
    return other instanceof Version && this.compareTo(other) === 0;
  }

  override get key(): string {
    return `System.Version:${this.toText()}`;
  }

  override compareTo(other: unknown): number | undefined {
    if (!(other instanceof Version)) return undefined;
    return Math.sign(
      this.major - other.major || this.minor - other.minor || this.build - other.build || this.revision - other.revision,
    );
  }
}

function parseVersion(text: string | null): Version | NetException {
  if (text === null) return raise.argumentNull("input");
  const parts = text.split(".");
  if (parts.length < 2 || parts.length > 4) return raise.argument("Version string portion was too short or too long.", "input");
  const numbers: number[] = [];
  for (const part of parts) {
    if (!/^\s*[+-]?\d+\s*$/.test(part)) return raise.format();
    const number = Number(part);
    if (number < 0) return raise.argumentOutOfRange("input", "Version's parameters must be greater than or equal to zero.");
    if (number > 0x7fffffff) return raise.overflow("Value was either too large or too small for an Int32.");
    numbers.push(number);
  }
  return new Version(numbers[0]!, numbers[1]!, numbers[2], numbers[3]);
}

function orThrow(parsed: Version | NetException): Version {
  if (parsed instanceof NetException) throw parsed;
  return parsed;
}

function ofNumbers(...numbers: [number, number, number?, number?]): Version {
  const names = ["major", "minor", "build", "revision"];
  numbers.forEach((number, i) => {
    if (number !== undefined && number < 0)
      throw raise.argumentOutOfRange(names[i]!, "Version's parameters must be greater than or equal to zero.");
  });
  return new Version(...numbers);
}

type Operand = Version | null;

/** Null sorts first. */
function order(a: Operand, b: Operand): number {
  if (a === null) return b === null ? 0 : -1;
  return b === null ? 1 : a.compareTo(b)!;
}

const versionType: TypeDeclaration = defineType(
  "sealed class System.Version : IComparable, IComparable<Version>, IEquatable<Version>",
  {
    "new()": () => new Version(0, 0),
    "new(string version)": (text: string | null) => orThrow(parseVersion(text)),
    "new(int major, int minor)": ofNumbers,
    "new(int major, int minor, int build)": ofNumbers,
    "new(int major, int minor, int build, int revision)": ofNumbers,
    "int Major { get; }": (self: Version) => self.major,
    "int Minor { get; }": (self: Version) => self.minor,
    "int Build { get; }": (self: Version) => self.build,
    "int Revision { get; }": (self: Version) => self.revision,
    "string ToString()": (self: Version) => self.toText(),
    "string ToString(int fieldCount)": (self: Version, count: number) => self.toFields(count),
    "int CompareTo(Version value)": order,
    "bool Equals(Version obj)": (self: Version, other: Operand) => order(self, other) === 0,
    "static Version Parse(string input)": (text: string | null) => orThrow(parseVersion(text)),
    "static bool TryParse(string input, out Version result)": (text: string | null, result: Reference<Operand>) => {
      const parsed = parseVersion(text);
      result.value = parsed instanceof Version ? parsed : null;
      return parsed instanceof Version;
    },
    "static bool operator ==(Version v1, Version v2)": (a: Operand, b: Operand) => order(a, b) === 0,
    "static bool operator !=(Version v1, Version v2)": (a: Operand, b: Operand) => order(a, b) !== 0,
    "static bool operator <(Version v1, Version v2)": (a: Operand, b: Operand) => order(a, b) < 0,
    "static bool operator >(Version v1, Version v2)": (a: Operand, b: Operand) => order(a, b) > 0,
    "static bool operator <=(Version v1, Version v2)": (a: Operand, b: Operand) => order(a, b) <= 0,
    "static bool operator >=(Version v1, Version v2)": (a: Operand, b: Operand) => order(a, b) >= 0,
  },
  { beyond: true },
);

/** System.Version. */
export const versionTypes: readonly TypeDeclaration[] = [versionType];
