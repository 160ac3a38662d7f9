import { contextGlobals, contextTypes, createFixtureContext } from "@turnpike/core/tools";
import { compileExpression, describeValue, LimitError, NetException } from "@turnpike/expressions";
import { generateProgram } from "../engine/csharp-programs.mjs";
import { Finding, holds, noInternals, same } from "../engine/finding.mjs";
import { quotedIn, some } from "../engine/seeds.mjs";

const limits = { steps: 10_000, memory: 1_000_000, time: 1_000, regexTime: 20 };
const options = { globals: contextGlobals, types: contextTypes, limits };
const host = {
  now: () => Date.UTC(2026, 0, 1),
  randomBytes: (length) => new Uint8Array(length),
  elapsed: () => performance.now(),
};

/** C# expressions: each is run twice, and again in other forms that mean the same. */
export const front = {
  tokens:
    '@( @{ return var int string bool double decimal long char object byte[] new List<int> Dictionary<string,object> => ?. ?? ?: switch case default: foreach ( in for while break; continue; try { } catch (Exception e) finally throw is not as typeof checked( unchecked( $" $@" @" {0} :N2 , context.Request context.Variables context.Response.Body.As<JObject>() .Select(x => x) .Where( .OrderBy( .GroupBy( .ToString( .Substring( .Replace( .Split( .Trim() .PadLeft( Convert.ToInt32( Regex.Match( Encoding.UTF8.GetBytes( Convert.FromBase64String( DateTime.Parse( TimeSpan.FromSeconds( JObject.Parse( JToken.Parse( ["a"] (string) (int?) null true false 0 -1 1.5 2m 3L \'c\' int.MaxValue Math.Round( string.Format( string.Join( Enumerable.Range( from x in select x let y = orderby group by into out var Guid.NewGuid() new Uri( XElement.Parse( BigInteger'.split(
      " ",
    ),
  seeds: () => [...some(quotedIn("test/expressions", ".test.ts", /^@[({]/), 150)],
  generate: generateProgram,
  async open() {
    const fixture = {
      request: { method: "POST", url: "https://a.example/b?c=d", headers: { A: ["1", "2"] }, body: '{"a":[1,"x",null,2.5]}' },
    };
    const context = () => createFixtureContext(fixture);
    return {
      run(bytes) {
        const source = bytes.toString("utf8");
        const compiled = compile(source);
        if (compiled === null) return;
        const cold = evaluate(compiled, context());
        if (cold.limit) return;
        if (!/Random|NewGuid|Now|Stopwatch/.test(source)) {
          same(evaluate(compiled, context()).text, cold.text, "the second run");
          for (const form of sameIn(source)) {
            const other = compile(form, source);
            if (other === null) continue;
            const found = evaluate(other, context());
            if (!found.limit) same(found.text, cold.text, form.slice(0, 400));
          }
        }
      },
    };

    function compile(text, from = text) {
      const { expression, diagnostics } = compileExpression(text, options);
      for (const { code, message } of diagnostics) {
        holds(code !== "TP1005", "internal", `the compiler has failed: ${message}`);
        noInternals(message, from);
      }
      return expression;
    }

    function evaluate(expression, globals) {
      try {
        const value = expression.evaluate([globals], host);
        const { type, text, value: plain } = describeValue(value, expression.scope);
        return { text: JSON.stringify([type, text, plain]), limit: false };
      } catch (error) {
        if (error instanceof LimitError) return { limit: true };
        if (!(error instanceof NetException)) throw error;
        if (/internal error/i.test(error.message)) throw new Finding("internal", error.message);
        noInternals(error.message, "");
        return { text: JSON.stringify(["threw", error.typeName]), limit: false };
      }
    }
  },
};

/** Forms of one expression that give the same: as a statement, inside a lambda, and with its literals in variables. */
function* sameIn(source) {
  const inner = /^@\(([\s\S]*)\)$/.exec(source)?.[1];
  if (inner === undefined || /\/\/|\/\*|#/.test(inner)) return;
  yield `@{ return (${inner}); }`;
  yield `@{ var outer1 = 1; Func<int, object> call1 = q1 => (object)(${inner}); return call1(outer1); }`;
  const declared = [];
  // Constants of these kinds convert to nothing that their variables would not convert to.
  const replaced = inner.replace(
    /(?<![@$\w.])"(?:[^"\\]|\\.)*"|(?<![\w.])\d+\.\d+(?:m|d)?(?![\w.])|(?<![\w.])(?:true|false)(?!\w)/g,
    (literal) => {
      declared.push(`var c${declared.length}_ = ${literal};`);
      return `c${declared.length - 1}_`;
    },
  );
  if (declared.length > 0 && !/[$@]"/.test(inner)) yield `@{ ${declared.join(" ")} return (${replaced}); }`;
}
