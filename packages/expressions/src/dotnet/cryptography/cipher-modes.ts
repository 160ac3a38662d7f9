/** `CipherMode` and `PaddingMode`, by the names and values of .NET. */
export const CipherMode = { CBC: 1, ECB: 2, OFB: 3, CFB: 4, CTS: 5 } as const;
/** The values of `System.Security.Cryptography.PaddingMode`. */
export const PaddingMode = { None: 1, PKCS7: 2, Zeros: 3, ANSIX923: 4, ISO10126: 5 } as const;
