/**
 * A .NET exception on its way through JavaScript. What an expression catches as `Exception e` is this object.
 * Only `NetException`s can be caught by an expression; see {@link LimitError} for what cannot.
 */
export class NetException extends Error {
  /** @param typeName full .NET name, such as `System.FormatException` */
  constructor(
    readonly typeName: string,
    message: string,
    readonly inner: NetException | null = null,
  ) {
    super(message);
    this.name = typeName;
  }
}

/** A limit was reached: fatal for the evaluation, invisible to the expression's own try/catch/finally. */
export class LimitError extends Error {
  /** @param limit which; `host` for a bound that the host's own types have */
  constructor(
    readonly limit: "steps" | "memory" | "depth" | "time" | "regex" | "bodyWork" | "host",
    message: string,
  ) {
    super(message);
    this.name = "LimitError";
  }
}

const PARAMETER = (name: string): string => `\nParameter name: ${name}`;

/** The exceptions that the runtime and the type tables throw, with .NET's English texts. */
export const raise = {
  nullReference: () => new NetException("System.NullReferenceException", "Object reference not set to an instance of an object."),
  argumentNull: (name: string) => new NetException("System.ArgumentNullException", `Value cannot be null.${PARAMETER(name)}`),
  argument: (message: string, name?: string) =>
    new NetException("System.ArgumentException", name === undefined ? message : message + PARAMETER(name)),
  argumentOutOfRange: (name: string, message = "Specified argument was out of the range of valid values.") =>
    new NetException("System.ArgumentOutOfRangeException", message + PARAMETER(name)),
  /** List<T>'s indexer and the like. */
  listIndex: () =>
    new NetException(
      "System.ArgumentOutOfRangeException",
      `Index was out of range. Must be non-negative and less than the size of the collection.${PARAMETER("index")}`,
    ),
  /** Arrays and strings. */
  indexOutOfRange: () => new NetException("System.IndexOutOfRangeException", "Index was outside the bounds of the array."),
  keyNotFound: () =>
    new NetException("System.Collections.Generic.KeyNotFoundException", "The given key was not present in the dictionary."),
  format: (message = "Input string was not in a correct format.") => new NetException("System.FormatException", message),
  overflow: (message = "Arithmetic operation resulted in an overflow.") => new NetException("System.OverflowException", message),
  divideByZero: () => new NetException("System.DivideByZeroException", "Attempted to divide by zero."),
  invalidCast: (from: string, to: string) =>
    new NetException("System.InvalidCastException", `Unable to cast object of type '${from}' to type '${to}'.`),
  invalidOperation: (message: string) => new NetException("System.InvalidOperationException", message),
  notSupported: (message = "Specified method is not supported.") => new NetException("System.NotSupportedException", message),
} as const;
