import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import { type NetArray, NetObject } from "../../types/values.js";
import { bytesOf } from "../bytes.js";

/** Random numbers from the evaluation's host. */
class RandomNumberGenerator extends NetObject {
  override get declaration() {
    return rngType;
  }
}

const target = (data: NetArray | null): Uint8Array => {
  if (data === null) throw raise.argumentNull("data");
  return bytesOf(data);
};

const generatorType = defineType(
  "abstract class System.Security.Cryptography.RandomNumberGenerator : System.IDisposable",
  {
    "static RandomNumberGenerator Create()": () => new RandomNumberGenerator(),
    "void GetBytes(byte[] data)": withCall((site: CallSite, _self: unknown, data: NetArray | null) => {
      const bytes = target(data);
      site.run.steps(bytes.length >> 4);
      bytes.set(site.run.host.randomBytes(bytes.length));
    }),
    "void GetNonZeroBytes(byte[] data)": withCall((site: CallSite, _self: unknown, data: NetArray | null) => {
      const bytes = target(data);
      for (let at = 0; at < bytes.length; ) {
        site.run.steps(16);
        for (const byte of site.run.host.randomBytes(Math.min(bytes.length - at, 1024) + 16))
          if (byte !== 0 && at < bytes.length) bytes[at++] = byte;
      }
    }),
    "void Dispose()": () => null,
  },
  { beyond: true },
);

const rngType = defineType("sealed class System.Security.Cryptography.RNGCryptoServiceProvider : RandomNumberGenerator", {
  "new()": () => new RandomNumberGenerator(),
});

/** Cryptographic random numbers. */
export const randomTypes: readonly TypeDeclaration[] = [generatorType, rngType];
