import { compileExpression, defineType, LimitError, type Limits, NetException, toText } from "@turnpike/expressions";
import { NetArray, NetObject, type NetType } from "@turnpike/expressions/values";
import { processorTime } from "../../processor-time.js";
import { processorHost } from "../processor-host.js";

/** A host object with what a careless host might leave around: secrets beside the table, functions that fail, undefined results. */
export class TestHost extends NetObject {
  secret = "never to be seen";

  override get declaration() {
    return hostType;
  }

  get constructorName(): string {
    return this.constructor.name;
  }
}

const hostType = defineType("sealed class Test.Host", {
  "string Name { get; }": () => "host",
  "string[] Items { get; }": (_self: TestHost) => new NetArray(stringType(), ["one", "two"]),
  "System.Collections.Generic.IReadOnlyDictionary<string, string> Map { get; }": () => emptyMap(),
  "string Fails()": () => {
    const nothing = undefined as unknown as { member(): string };
    return nothing.member();
  },
  "string Undefined()": () => undefined,
});

export const hostTypes = [hostType];

const helper = (source: string) => compileExpression(source, { globals: {}, types: hostTypes }).expression!;

let known: NetType | undefined;

function stringType(): NetType {
  known ??= helper("@(1)").scope.find("System.String")!;
  return known;
}

function emptyMap(): unknown {
  return helper("@(new Dictionary<string, string>())").evaluate([]);
}

/** How an expression ended. */
export type Outcome =
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  | { readonly kind: "threw"; readonly name: string; readonly message: string }
  | { readonly kind: "limit"; readonly limit: LimitError["limit"]; readonly ms: number }
  | { readonly kind: "value"; readonly text: string; readonly value: unknown };

/** Compiles and runs an expression over a {@link TestHost}. Whatever is thrown beside .NET exceptions and limits passes through. */
export function attempt(source: string, limits: Partial<Limits> = {}, language: "csharp" | "javascript" = "csharp"): Outcome {
  const options = { language, globals: { host: "Test.Host" }, types: hostTypes, limits };
  const { expression, diagnostics } = compileExpression(source, options);
  if (expression === null) {
    const error = diagnostics.find((diagnostic) => diagnostic.severity === "error");
    return { kind: "refused", code: error?.code ?? "", message: error?.message ?? "" };
  }
  const from = processorTime();
  try {
    const value = expression.evaluate([new TestHost()], processorHost);
    return { kind: "value", text: toText(value), value };
  } catch (error) {
    if (error instanceof LimitError) return { kind: "limit", limit: error.limit, ms: processorTime() - from };
    if (error instanceof NetException) return { kind: "threw", name: error.typeName, message: error.message };
    throw error;
  }
}
