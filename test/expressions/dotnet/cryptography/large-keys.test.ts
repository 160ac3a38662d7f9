import { compileExpression, NetException } from "@turnpike/expressions";
import { describe, expect, it } from "vitest";

const base64 = (bits: number): string => Buffer.alloc(Math.ceil(bits / 8), 255).toString("base64");

function keySize(modulusBits: number, exponentBits: number): unknown {
  const { expression } = compileExpression("@{ var r = RSA.Create(); r.FromXmlString(t); return r.KeySize; }", {
    globals: { t: "string" },
  });
  const key = `<Modulus>${base64(modulusBits)}</Modulus><Exponent>${base64(exponentBits)}</Exponent>`;
  return expression!.evaluate([`<RSAKeyValue>${key}</RSAKeyValue>`]);
}

describe("RSA keys that take long to compute with", () => {
  it.each([
    [8192, 24],
    [2048, 64],
  ])("a modulus of %i bits and an exponent of %i are taken", (modulus, exponent) => {
    expect(keySize(modulus, exponent)).toBe(modulus);
  });

  it.each([
    [8200, 24],
    [16_384, 24],
    [2048, 72],
    [2048, 2040],
  ])("a modulus of %i bits with an exponent of %i is refused", (modulus, exponent) => {
    expect(() => keySize(modulus, exponent)).toThrow(NetException);
  });

  it.each([
    "RSA.Create().ToXmlString(false)",
    "RSA.Create(1024).ToXmlString(true)",
    "RSA.Create().SignData(new byte[1], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).Length",
    "RSA.Create().Encrypt(new byte[1], RSAEncryptionPadding.OaepSHA1).Length",
  ])("%s has no key, and none is made", (source) => {
    const { expression } = compileExpression(`@(${source})`);
    expect(() => expression!.evaluate([])).toThrow(/^There is no key, and none is made here: give one by FromXmlString/);
  });

  it.each(["RSA.Create(8256).KeySize", "RSA.Create(16384).ToXmlString(false)"])("%s is refused", (source) => {
    const { expression } = compileExpression(`@(${source})`);
    expect(() => expression!.evaluate([])).toThrow(NetException);
  });
});
