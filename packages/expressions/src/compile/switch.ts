import type { BoundExpression, BoundStatement } from "../bound/tree.js";
import { countedLabel } from "./branches.js";
import { type Evaluator, type Executor, NEXT } from "./frame.js";
import type { FunctionCompiler } from "./function-compiler.js";
import { storeFresh } from "./locals.js";

type Switch = Extract<BoundStatement, { kind: "Switch" }>;

/** Compiles `switch`: sections are tried in order; `goto case` goes on with another section's body. */
export function compileSwitch(
  node: Switch,
  fn: FunctionCompiler,
  compile: (node: BoundExpression) => Evaluator,
  execute: (node: BoundStatement) => Executor,
): Executor {
  const breaks = fn.jumpsOf(node.target).break;
  const count = node.sections.length;
  const firstSection = fn.reserveSections(node.target, count);
  const value = compile(node.value);
  const store = storeFresh(fn, node.governing);
  const tests: { test: Evaluator; section: number }[] = [];
  node.sections.forEach((section, index) => {
    section.tests.forEach((test, label) => {
      tests.push({ test: countedLabel(node, index, label, compile(test), fn.branches), section: index });
    });
  });
  const bodies = node.sections.map((section) => execute(section.body));
  const fallback = node.sections.findIndex((section) => section.isDefault);
  if (fallback >= 0 && fn.branches !== null)
    tests.push({ test: countedLabel(node, fallback, -1, () => true, fn.branches), section: fallback });
  return (frame) => {
    store(frame, value(frame));
    let section = fallback;
    for (let i = 0; i < tests.length; i++) {
      const test = tests[i]!;
      if (test.test(frame) === true) {
        section = test.section;
        break;
      }
    }
    while (section >= 0) {
      const code = bodies[section]!(frame);
      if (code === NEXT || code === breaks) return NEXT;
      if (code < firstSection || code >= firstSection + count) return code;
      frame.run.step();
      section = code - firstSection;
    }
    return NEXT;
  };
}
