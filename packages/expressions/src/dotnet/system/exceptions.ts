import { NetException } from "../../runtime/exceptions.js";
import { defineType, type Implementation, type TypeDeclaration } from "../../types/declare.js";
import { toText } from "../object.js";

/** System.Exception and the exception classes that expressions meet. At run time all of them are NetException. */

type Text = string | null;
type Inner = NetException | null;

const PARAMETER = /\nParameter name: (.*)/;

function withParameter(message: string, parameter: Text): string {
  return parameter === null || parameter === "" ? message : `${message}\nParameter name: ${parameter}`;
}

/** `Exception.ToString()`: class, message, and the inner exceptions. */
function describe(self: NetException): string {
  const own = self.message === "" ? self.typeName : `${self.typeName}: ${self.message}`;
  return self.inner === null ? own : `${own} ---> ${describe(self.inner)}\n   --- End of inner exception stack trace ---`;
}

function innermost(self: NetException): NetException {
  let found = self;
  while (found.inner !== null) found = found.inner;
  return found;
}

const exceptionType: TypeDeclaration = defineType("class System.Exception", {
  ...constructors("System.Exception", "Exception of type 'System.Exception' was thrown."),
  "string Message { get; }": (self: NetException) => self.message,
  "Exception InnerException { get; }": (self: NetException) => self.inner,
  "string StackTrace { get; }": () => "   at expression",
  "string Source { get; }": () => "expression",
  "string HelpLink { get; }": () => null,
  "int HResult { get; }": () => -2146233088,
  "Exception GetBaseException()": innermost,
  "string ToString()": describe,
});

/** The three constructors that nearly every exception class has. */
function constructors(typeName: string, message: string): Record<string, Implementation> {
  return {
    "new()": () => new NetException(typeName, message),
    "new(string message)": (text: Text) => new NetException(typeName, text ?? message),
    "new(string message, Exception innerException)": (text: Text, inner: Inner) =>
      new NetException(typeName, text ?? message, inner),
  };
}

function exception(name: string, base: string, message?: string, more: Record<string, Implementation> = {}): TypeDeclaration {
  const defaultMessage = message ?? `Exception of type '${name}' was thrown.`;
  return defineType(`class ${name} : ${base}`, { ...constructors(name, defaultMessage), ...more }, { beyond: true });
}

/** Classes whose one-text constructor takes a parameter name, as ArgumentNullException's does. */
function argumentException(name: string, message: string, more: Record<string, Implementation> = {}): TypeDeclaration {
  return defineType(
    `class ${name} : System.ArgumentException`,
    {
      "new()": () => new NetException(name, message),
      "new(string paramName)": (parameter: Text) => new NetException(name, withParameter(message, parameter)),
      "new(string paramName, string message)": (parameter: Text, text: Text) =>
        new NetException(name, withParameter(text ?? message, parameter)),
      "new(string message, Exception innerException)": (text: Text, inner: Inner) =>
        new NetException(name, text ?? message, inner),
      ...more,
    },
    { beyond: true },
  );
}

const ARGUMENT = "System.ArgumentException";
const RANGE = "System.ArgumentOutOfRangeException";
const RANGE_MESSAGE = "Specified argument was out of the range of valid values.";
const DISPOSED = "System.ObjectDisposedException";
const system = "System.SystemException";

/** System.Exception, which is in the documented list, and others, which are not. */
export const exceptionTypes: readonly TypeDeclaration[] = [
  exceptionType,
  exception(system, "System.Exception", "System error."),
  exception("System.ApplicationException", "System.Exception", "Error in the application."),
  exception(ARGUMENT, system, "Value does not fall within the expected range.", {
    "new(string message, string paramName)": (text: Text, parameter: Text) =>
      new NetException(ARGUMENT, withParameter(text ?? "Value does not fall within the expected range.", parameter)),
    "new(string message, string paramName, Exception innerException)": (text: Text, parameter: Text, inner: Inner) =>
      new NetException(ARGUMENT, withParameter(text ?? "Value does not fall within the expected range.", parameter), inner),
    "string ParamName { get; }": (self: NetException) => PARAMETER.exec(self.message)?.[1] ?? null,
  }),
  argumentException("System.ArgumentNullException", "Value cannot be null."),
  argumentException(RANGE, RANGE_MESSAGE, {
    "new(string paramName, object actualValue, string message)": (parameter: Text, actual: unknown, text: Text) =>
      new NetException(
        RANGE,
        withParameter(text ?? RANGE_MESSAGE, parameter) + (actual === null ? "" : `\nActual value was ${toText(actual)}.`),
      ),
  }),
  exception("System.FormatException", system, "One of the identified items was in an invalid format."),
  exception("System.InvalidCastException", system, "Specified cast is not valid."),
  exception("System.InvalidOperationException", system, "Operation is not valid due to the current state of the object."),
  defineType(
    `class ${DISPOSED} : System.InvalidOperationException`,
    {
      "new(string objectName)": (name: Text) =>
        new NetException(DISPOSED, `Cannot access a disposed object.\nObject name: '${name ?? ""}'.`),
      "new(string objectName, string message)": (name: Text, text: Text) =>
        new NetException(DISPOSED, `${text ?? ""}\nObject name: '${name ?? ""}'.`),
    },
    { beyond: true },
  ),
  exception("System.NotSupportedException", system, "Specified method is not supported."),
  exception("System.NotImplementedException", system, "The method or operation is not implemented."),
  exception("System.NullReferenceException", system, "Object reference not set to an instance of an object."),
  exception("System.IndexOutOfRangeException", system, "Index was outside the bounds of the array."),
  exception("System.ArithmeticException", system, "Overflow or underflow in the arithmetic operation."),
  exception("System.OverflowException", "System.ArithmeticException", "Arithmetic operation resulted in an overflow."),
  exception("System.DivideByZeroException", "System.ArithmeticException", "Attempted to divide by zero."),
  exception("System.NotFiniteNumberException", "System.ArithmeticException", "Number encountered was not a finite quantity."),
  exception("System.ArrayTypeMismatchException", system, "Attempted to access an element as a type incompatible with the array."),
  exception("System.RankException", system, "Attempted to operate on an array with the incorrect number of dimensions."),
  exception("System.OutOfMemoryException", system, "Insufficient memory to continue the execution of the program."),
  exception("System.TimeoutException", system, "The operation has timed out."),
  exception("System.UnauthorizedAccessException", system, "Attempted to perform an unauthorized operation."),
  exception("System.OperationCanceledException", system, "The operation was canceled."),
  exception("System.AggregateException", "System.Exception", "One or more errors occurred."),
  exception("System.UriFormatException", "System.FormatException"),
  exception("System.TimeZoneNotFoundException", "System.Exception"),
  exception("System.InvalidTimeZoneException", "System.Exception"),
  exception("System.Collections.Generic.KeyNotFoundException", system, "The given key was not present in the dictionary."),
  exception("System.Globalization.CultureNotFoundException", ARGUMENT, "Culture is not supported."),
  exception("System.IO.IOException", system, "I/O error occurred."),
  exception("System.IO.EndOfStreamException", "System.IO.IOException", "Attempted to read past the end of the stream."),
  exception("System.Text.DecoderFallbackException", ARGUMENT, "Value does not fall within the expected range."),
  exception("System.Text.EncoderFallbackException", ARGUMENT, "Value does not fall within the expected range."),
  exception("System.Text.RegularExpressions.RegexMatchTimeoutException", "System.TimeoutException"),
  exception("System.Security.SecurityException", system, "Security error."),
  exception("System.Security.Cryptography.CryptographicException", system, "Error occurred during a cryptographic operation."),
  exception("System.Xml.XmlException", system, "An XML error has occurred."),
  exception("Newtonsoft.Json.JsonException", "System.Exception"),
  exception("Newtonsoft.Json.JsonReaderException", "Newtonsoft.Json.JsonException"),
  exception("Newtonsoft.Json.JsonWriterException", "Newtonsoft.Json.JsonException"),
  exception("Newtonsoft.Json.JsonSerializationException", "Newtonsoft.Json.JsonException"),
  exception("Microsoft.CSharp.RuntimeBinder.RuntimeBinderException", "System.Exception"),
];
