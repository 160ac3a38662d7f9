import { raise } from "../runtime/exceptions.js";
import { type CallSite, defineType, type Implementation, type TypeDeclaration, withCall } from "../types/declare.js";
import { NetArray } from "../types/values.js";

/** System.BitConverter and System.Buffer; all little-endian. */

const INDEX = "Index was out of range. Must be non-negative and less than the size of the collection.";

function byteArray(site: CallSite, bytes: Uint8Array): NetArray {
  return new NetArray(site.scope.find("System.Byte")!, bytes);
}

function getBytes(size: number, write: (view: DataView, value: never) => void): Implementation {
  return withCall((site, value: never) => {
    const bytes = new Uint8Array(size);
    write(new DataView(bytes.buffer), value);
    return byteArray(site, bytes);
  });
}

/** A view of `size` bytes from a place on; throws as .NET does where they are not there. */
function read(size: number, take: (view: DataView) => unknown): Implementation {
  return (array: NetArray | null, start: number) => {
    if (array === null) throw raise.argumentNull("value");
    const bytes = array.items as Uint8Array;
    if (start < 0 || start >= bytes.length) throw raise.argumentOutOfRange("startIndex", INDEX);
    if (start > bytes.length - size)
      throw raise.argument(
        "Destination array is not long enough to copy all the items in the collection. Check array index and length.",
      );
    return take(new DataView(bytes.buffer, bytes.byteOffset + start, size));
  };
}

function toHex(site: CallSite, array: NetArray | null, start: number, length: number): string {
  if (array === null) throw raise.argumentNull("value");
  const bytes = array.items as Uint8Array;
  if (start < 0 || (start >= bytes.length && start > 0))
    throw raise.argumentOutOfRange("startIndex", "StartIndex cannot be less than zero.");
  if (length < 0) throw raise.argumentOutOfRange("length", "Value must be positive.");
  if (start > bytes.length - length)
    throw raise.argument(
      "Destination array is not long enough to copy all the items in the collection. Check array index and length.",
    );
  site.run.allocate(length * 3);
  site.run.steps(length >> 2);
  let text = "";
  for (let from = start; from < start + length; from += WINDOW) {
    site.run.checkTime();
    const part = Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(WINDOW, start + length - from));
    text += `${text === "" ? "" : "-"}${hexOf(part)}`;
  }
  return text;
}

/** Bytes that are written between two looks at the clock. */
const WINDOW = 16_384;

/** `AB-CD-EF`. */
function hexOf(bytes: Uint8Array): string {
  const text = Buffer.allocUnsafe(bytes.length * 3);
  bytes.forEach((byte, at) => {
    text[at * 3] = DIGITS.charCodeAt(byte >> 4);
    text[at * 3 + 1] = DIGITS.charCodeAt(byte & 15);
    text[at * 3 + 2] = DASH;
  });
  return text.toString("latin1", 0, text.length - 1);
}

const DIGITS = "0123456789ABCDEF";
const DASH = 0x2d;

const scratch = new DataView(new ArrayBuffer(8));

/** Puts the bits of a double into the scratch. .NET's NaN has its sign set. */
function setDouble(value: number): void {
  if (Number.isNaN(value)) scratch.setBigUint64(0, 0xfff8_0000_0000_0000n);
  else scratch.setFloat64(0, value);
}

const bitConverter = defineType("static class System.BitConverter", {
  "static bool IsLittleEndian { get; }": () => true,
  "static byte[] GetBytes(bool value)": getBytes(1, (view, value: boolean) => view.setUint8(0, value ? 1 : 0)),
  "static byte[] GetBytes(char value)": getBytes(2, (view, value: number) => view.setUint16(0, value, true)),
  "static byte[] GetBytes(short value)": getBytes(2, (view, value: number) => view.setInt16(0, value, true)),
  "static byte[] GetBytes(ushort value)": getBytes(2, (view, value: number) => view.setUint16(0, value, true)),
  "static byte[] GetBytes(int value)": getBytes(4, (view, value: number) => view.setInt32(0, value, true)),
  "static byte[] GetBytes(uint value)": getBytes(4, (view, value: number) => view.setUint32(0, value, true)),
  "static byte[] GetBytes(long value)": getBytes(8, (view, value: bigint) => view.setBigInt64(0, value, true)),
  "static byte[] GetBytes(ulong value)": getBytes(8, (view, value: bigint) => view.setBigUint64(0, value, true)),
  "static byte[] GetBytes(float value)": getBytes(4, (view, value: number) => view.setFloat32(0, value, true)),
  "static byte[] GetBytes(double value)": getBytes(8, (view, value: number) => view.setFloat64(0, value, true)),
  "static bool ToBoolean(byte[] value, int startIndex)": read(1, (view) => view.getUint8(0) !== 0),
  "static char ToChar(byte[] value, int startIndex)": read(2, (view) => view.getUint16(0, true)),
  "static short ToInt16(byte[] value, int startIndex)": read(2, (view) => view.getInt16(0, true)),
  "static ushort ToUInt16(byte[] value, int startIndex)": read(2, (view) => view.getUint16(0, true)),
  "static int ToInt32(byte[] value, int startIndex)": read(4, (view) => view.getInt32(0, true)),
  "static uint ToUInt32(byte[] value, int startIndex)": read(4, (view) => view.getUint32(0, true)),
  "static long ToInt64(byte[] value, int startIndex)": read(8, (view) => view.getBigInt64(0, true)),
  "static ulong ToUInt64(byte[] value, int startIndex)": read(8, (view) => view.getBigUint64(0, true)),
  "static float ToSingle(byte[] value, int startIndex)": read(4, (view) => view.getFloat32(0, true)),
  "static double ToDouble(byte[] value, int startIndex)": read(8, (view) => view.getFloat64(0, true)),
  "static string ToString(byte[] value)": withCall((site, array: NetArray | null) =>
    toHex(site, array, 0, array?.items.length ?? 0),
  ),
  "static string ToString(byte[] value, int startIndex)": withCall((site, array: NetArray | null, start: number) =>
    toHex(site, array, start, (array?.items.length ?? 0) - start),
  ),
  "static string ToString(byte[] value, int startIndex, int length)": withCall(toHex),
  "static long DoubleToInt64Bits(double value)": (value: number) => {
    setDouble(value);
    return scratch.getBigInt64(0);
  },
  "static double Int64BitsToDouble(long value)": (value: bigint) => {
    scratch.setBigInt64(0, value);
    return scratch.getFloat64(0);
  },
});

const ELEMENT_SIZES = new Map([
  ["System.Byte", 1],
  ["System.SByte", 1],
  ["System.Boolean", 1],
  ["System.Char", 2],
  ["System.Int16", 2],
  ["System.UInt16", 2],
  ["System.Int32", 4],
  ["System.UInt32", 4],
  ["System.Single", 4],
  ["System.Int64", 8],
  ["System.UInt64", 8],
  ["System.Double", 8],
]);

/** Bytes of an array of primitives: the array's own if it is one of bytes. */
function bytesOf(array: NetArray): Uint8Array {
  if (array.items instanceof Uint8Array) return array.items;
  throw raise.argument("Object must be an array of primitives.", "src");
}

function blockCopy(source: NetArray | null, from: number, target: NetArray | null, to: number, count: number): void {
  if (source === null) throw raise.argumentNull("src");
  if (target === null) throw raise.argumentNull("dst");
  const bytes = bytesOf(source);
  const into = bytesOf(target);
  if (from < 0) throw raise.argumentOutOfRange("srcOffset", "Non-negative number required.");
  if (to < 0) throw raise.argumentOutOfRange("dstOffset", "Non-negative number required.");
  if (count < 0) throw raise.argumentOutOfRange("count", "Non-negative number required.");
  if (from > bytes.length - count || to > into.length - count)
    throw raise.argument(
      "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.",
    );
  into.set(bytes.slice(from, from + count), to);
}

const buffer = defineType(
  "static class System.Buffer",
  {
    "static void BlockCopy(Array src, int srcOffset, Array dst, int dstOffset, int count)": blockCopy,
    "static int ByteLength(Array array)": (array: NetArray | null) => {
      if (array === null) throw raise.argumentNull("array");
      const size = ELEMENT_SIZES.get(array.elementType.definitionName);
      if (size === undefined) throw raise.argument("Object must be an array of primitives.", "array");
      return array.items.length * size;
    },
    "static byte GetByte(Array array, int index)": (array: NetArray | null, index: number) => {
      if (array === null) throw raise.argumentNull("array");
      const bytes = bytesOf(array);
      if (index < 0 || index >= bytes.length) throw raise.argumentOutOfRange("index");
      return bytes[index];
    },
  },
  { beyond: true },
);

/** System.BitConverter and System.Buffer. */
export const bitConverterTypes: readonly TypeDeclaration[] = [bitConverter, buffer];
