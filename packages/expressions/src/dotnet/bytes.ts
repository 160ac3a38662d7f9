import type { CallSite } from "../types/declare.js";
import { NetArray } from "../types/values.js";

/** Bytes as a .NET `byte[]`, charged to the evaluation. */
export function byteArray(site: CallSite, bytes: Uint8Array): NetArray {
  site.run.allocate(bytes.length);
  return new NetArray(site.scope.find("System.Byte")!, bytes);
}

/** The bytes of a `byte[]`. */
export function bytesOf(array: NetArray): Uint8Array {
  return array.items as Uint8Array;
}
