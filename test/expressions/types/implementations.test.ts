import { expect, it } from "vitest";
import { builtinTypes } from "../../../packages/expressions/src/dotnet/builtin.js";
import type { MemberSymbol, NetType } from "../../../packages/expressions/src/types/net-type.js";
import { createTypeScope } from "../../../packages/expressions/src/types/scope.js";

const scope = createTypeScope(builtinTypes);

function* declaredTypes(): Generator<NetType> {
  for (const { header } of builtinTypes) {
    const match = /(?:class|struct|interface)\s+([\w.+]+)(?:<([^>]*)>)?/.exec(header);
    const type = match === null ? null : scope.find(match[1]!, match[2] === undefined ? 0 : match[2].split(",").length);
    if (type !== null) yield type;
  }
}

/** The functions behind a member, each with how many arguments it is handed at most. */
function functionsOf(
  member: Exclude<MemberSymbol, { kind: "constant" }>,
): { run: { readonly length: number }; handed: number }[] {
  const { implementation, isStatic, kind, parameters } = member;
  const handed = parameters.length + (isStatic || kind !== "method" ? 0 : 1) + (kind === "property" && !isStatic ? 1 : 0);
  const of = (part: typeof implementation, count: number) => {
    if (typeof part === "function") return [{ run: part, handed: count }];
    return "call" in part ? [{ run: part.call, handed: count + 1 }] : [];
  };
  if (typeof implementation === "object" && "get" in implementation)
    return [...of(implementation.get, handed), ...of(implementation.set, handed + 1)];
  return of(implementation, handed);
}

it("no function of the type tables takes more than its C# signature hands it", () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const type of declaredTypes())
    for (const name of type.memberNames()) {
      const all = type
        .members(name)
        .flatMap((member) => (member.kind === "constant" ? [] : functionsOf(member).map((found) => ({ member, ...found }))));
      // Overloads may share a function, whose last parameters the shorter ones leave out.
      const most = new Map<unknown, number>();
      for (const { run, handed } of all) most.set(run, Math.max(most.get(run) ?? 0, handed));
      for (const { member, run } of all) {
        seen++;
        if (run.length > most.get(run)!) wrong.push(`${member.id} takes ${run.length}, and is handed ${most.get(run)!}`);
      }
    }
  expect(seen).toBeGreaterThan(2500);
  expect(wrong).toEqual([]);
});

it("extension methods have a receiver, and `params` comes last and is an array", () => {
  const wrong: string[] = [];
  for (const type of declaredTypes())
    for (const name of type.memberNames())
      for (const member of type.members(name)) {
        if (member.kind !== "method") continue;
        if (member.isExtension && (!member.isStatic || member.parameters.length === 0))
          wrong.push(`${member.id} extends nothing`);
        member.parameters.forEach(({ mode, type: { kind } }, i) => {
          if (mode === "params" && (i < member.parameters.length - 1 || kind !== "array"))
            wrong.push(`${member.id} has params amid`);
        });
      }
  expect(wrong).toEqual([]);
});
