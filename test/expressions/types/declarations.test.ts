import { describe, expect, it } from "vitest";
import { builtinScope, builtinTypes } from "#expressions/dotnet/builtin.js";
import { headerName } from "#expressions/types/signature.js";

/** What is wrong with a declared type: signatures that do not parse, names that mean nothing. */
function problemsOf(fullName: string, arity: number): string[] {
  const problems: string[] = [];
  const attempt = (what: string, look: () => unknown) => {
    try {
      look();
    } catch (error) {
      problems.push(`${what}: ${(error as Error).message}`);
    }
  };
  const type = builtinScope.find(fullName, arity);
  if (type === null) return ["not found"];
  attempt("bases", () => [type.baseType, type.interfaces]);
  attempt("invoke", () => type.invoke);
  let names: readonly string[] = [];
  attempt("members", () => {
    names = type.memberNames();
  });
  for (const name of names) attempt(name, () => type.members(name));
  return problems;
}

describe("the built-in declarations", () => {
  const listed = builtinTypes.map((declaration) => headerName(declaration.header));

  it.each(listed.map(({ name, arity }) => [arity === 0 ? name : `${name}<${arity}>`, name, arity] as const))(
    "%s can be read",
    (_, name, arity) => {
      expect(problemsOf(name, arity)).toEqual([]);
    },
  );

  it("are declared once each", () => {
    const keys = listed.map(({ name, arity }) => `${name}<${arity}>`);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it("have one extension method for each signature", () => {
    const names = new Set(builtinScope.extensionNames());
    expect(names.size).toBeGreaterThan(0);
    for (const name of names)
      for (const method of builtinScope.extensionMethods(name)) expect(method.parameters.length, name).toBeGreaterThan(0);
  });
});
