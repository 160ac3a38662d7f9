import { LimitError, NetException } from "../../runtime/exceptions.js";

/** System.Security.Cryptography.CryptographicException. */
export function cryptographicError(message: string): NetException {
  return new NetException("System.Security.Cryptography.CryptographicException", message);
}

/** Runs one of the platform's cryptographic functions; what it throws becomes a CryptographicException. */
export function guarded<T>(run: () => T, message: string): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof NetException || error instanceof LimitError) throw error;
    throw cryptographicError(message);
  }
}
