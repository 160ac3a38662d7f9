import { raise } from "../../runtime/exceptions.js";
import { defineType, type TypeDeclaration } from "../../types/declare.js";
import { NetObject } from "../../types/values.js";

/** System.CharEnumerator: what `string.GetEnumerator()` gives. */
export class CharEnumerator extends NetObject {
  private at = -1;

  constructor(private readonly text: string) {
    super();
  }

  override get declaration(): TypeDeclaration {
    return charEnumeratorType;
  }

  /** Throws InvalidOperationException before the first and behind the last character. */
  get current(): number {
    if (this.at < 0) throw raise.invalidOperation("Enumeration has not started. Call MoveNext.");
    if (this.at >= this.text.length) throw raise.invalidOperation("Enumeration already finished.");
    return this.text.charCodeAt(this.at);
  }

  moveNext(): boolean {
    this.at = Math.min(this.at + 1, this.text.length);
    return this.at < this.text.length;
  }

  reset(): void {
    this.at = -1;
  }

  clone(): CharEnumerator {
    const copy = new CharEnumerator(this.text);
    copy.at = this.at;
    return copy;
  }
}

/** `System.CharEnumerator`, as expressions know it. */
export const charEnumeratorType: TypeDeclaration = defineType(
  "sealed class System.CharEnumerator : System.IDisposable, System.ICloneable",
  {
    "char Current { get; }": (self: CharEnumerator) => self.current,
    "bool MoveNext()": (self: CharEnumerator) => self.moveNext(),
    "void Reset()": (self: CharEnumerator) => self.reset(),
    "void Dispose()": () => undefined,
    "object Clone()": (self: CharEnumerator) => self.clone(),
  },
  { beyond: true },
);
