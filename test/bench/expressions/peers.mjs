// The others: each gives, for a case, a function that evaluates it once more, or null where it cannot say it.
import { createHmac } from "node:crypto";
import vm from "node:vm";
import { Environment } from "@marcbachmann/cel-js";
import { compileExpression as compileFiltrex } from "filtrex";
import jexlModule from "jexl";
import jsonata from "jsonata";
import { getQuickJS } from "quickjs-emscripten";
import { data } from "./cases.mjs";

const names = ["request", "response", "user", "body"];
const values = names.map((name) => data[name]);

/** The floor: what the engine does with the same thing written in JavaScript, without any guard. */
function native({ js }) {
  const run = new Function(...names, "createHmac", `return ${js};`);
  return () => run(...values, createHmac);
}

/** A context of its own and a time-out, the usual "sandbox" (which it is not). */
function nodeVm({ js }) {
  const context = vm.createContext({ ...data, createHmac });
  const script = new vm.Script(js);
  return () => script.runInContext(context, { timeout: 1000 });
}

function cel({ cel: source }) {
  if (source === null) return null;
  const environment = new Environment({ unlistedVariablesAreDyn: true }).registerFunction("parse(string): dyn", JSON.parse);
  const run = environment.parse(source);
  return () => run(data);
}

function jexl({ jexl: source }) {
  if (source === null) return null;
  const engine = new jexlModule.Jexl();
  engine.addTransform("parse", JSON.parse);
  engine.addTransform("length", (list) => list.length);
  const compiled = engine.compile(source);
  return () => compiled.evalSync(data);
}

function filtrex({ filtrex: source }) {
  if (source === null) return null;
  const run = compileFiltrex(source);
  const flat = { method: data.request.method, status: data.response.status, tier: data.tier };
  return () => run(flat);
}

function jsonataPeer({ jsonata: source }) {
  if (source === null) return null;
  const compiled = jsonata(source);
  compiled.registerFunction("parse", JSON.parse);
  return () => compiled.evaluate(data);
}

const quickJs = await getQuickJS();

function quickjs({ js, isHostOnly }) {
  if (isHostOnly) return null;
  const context = quickJs.newContext();
  context
    .unwrapResult(context.evalCode(`globalThis.data = ${JSON.stringify(data)}; const {${names.join(",")}} = data;`))
    .dispose();
  const run = context.unwrapResult(context.evalCode(`() => ${js}`));
  return () => {
    const result = context.unwrapResult(context.callFunction(run, context.undefined));
    const value = context.dump(result);
    result.dispose();
    return value;
  };
}

/** By name, in the order of the table. `isAsync`: the peer only offers promises. */
export const peers = {
  "new Function": native,
  "@marcbachmann/cel-js": cel,
  jexl,
  filtrex,
  jsonata: jsonataPeer,
  "node:vm": nodeVm,
  "quickjs-emscripten": quickjs,
};
