import { contextGlobals, contextTypes, createFixtureContext } from "@turnpike/core/tools";
import { compileExpression, describeValue, LimitError, NetException } from "@turnpike/expressions";
import { Finding, holds, noInternals, same } from "../engine/finding.mjs";
import { quotedIn, some } from "../engine/seeds.mjs";

const limits = { steps: 10_000, memory: 1_000_000, time: 1_000, regexTime: 20 };
const options = { language: "javascript", globals: contextGlobals, types: contextTypes, limits };
const host = {
  now: () => Date.UTC(2026, 0, 1),
  randomBytes: (length) => new Uint8Array(length),
  elapsed: () => performance.now(),
};

/** Expressions in JavaScript. Nothing of Node may come into sight, and each means the same a second time. */
export const front = {
  tokens:
    "const let var function return => ( ) { } [ ] ... ?. ?? ** === !== && || ! typeof void delete in of instanceof new this class async await yield `${ ` /x/g null undefined true false NaN Infinity 0 1e9 'a' \"b\" context.request context.variables .map( .filter( .reduce( .join( .split( .slice( .replace( .includes( .indexOf( .padStart( .repeat( .toString( .length .push( .sort( Object.keys( JSON.parse( JSON.stringify( Math.max( Array.from( String( Number( parseInt( Date Symbol Proxy Reflect globalThis process require constructor __proto__ prototype try { } catch finally throw switch case for ( while ( break continue ; , :".split(
      " ",
    ),
  seeds: () =>
    some(quotedIn("test/expressions/javascript").concat(quotedIn("test/expressions/security", "script-escapes.ts")), 300),
  async open() {
    const fixture = {
      request: { method: "POST", url: "https://a.example/b?c=d", headers: { A: ["1", "2"] }, body: '{"a":[1,"x",null,2.5]}' },
    };
    return {
      run(bytes) {
        const source = bytes.toString("utf8");
        const { expression, diagnostics } = compileExpression(source, options);
        for (const { code, message } of diagnostics) {
          holds(code !== "TP1005", "internal", `the compiler has failed: ${message}`);
          noInternals(message, source);
        }
        if (expression === null) return;
        const first = evaluate(expression);
        if (first === null || /random|now|Date/i.test(source)) return;
        const second = evaluate(expression);
        if (second !== null) same(second, first, "the second run");
      },
    };

    function evaluate(expression) {
      try {
        const { type, text, value } = describeValue(expression.evaluate([createFixtureContext(fixture)], host), expression.scope);
        return JSON.stringify([type, text, value]);
      } catch (error) {
        if (error instanceof LimitError) return null;
        if (!(error instanceof NetException)) throw error;
        if (/internal error/i.test(error.message)) throw new Finding("internal", error.message);
        return error.typeName;
      }
    }
  },
};
