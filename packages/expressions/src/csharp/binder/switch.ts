import type { Binder, SwitchContext } from "../../binding/binder.js";
import { assignLocal, localNode } from "../../binding/call-node.js";
import { implicitChange } from "../../binding/conversions.js";
import { convert, converts } from "../../binding/convert.js";
import { hoistFunctions } from "../../binding/hoisting.js";
import { SectionScope } from "../../binding/local-scope.js";
import { numericOf, stripNullable } from "../../binding/numeric-types.js";
import { isError, isValue } from "../../binding/operand.js";
import type { BoundExpression, BoundStatement, BoundSwitchSection, JumpTarget } from "../../bound/tree.js";
import type { NetType } from "../../types/net-type.js";
import { errorType, nullType } from "../../types/special-types.js";
import type { Expression, Statement, SwitchLabel } from "../syntax.js";
import { errors } from "./errors.js";
import { bindCondition, bindExpression, bindValue } from "./expressions.js";
import { type BlockFunctions, declareFunctions } from "./local-functions.js";
import { bindPattern } from "./patterns.js";
import { bindList } from "./statements.js";

type SwitchNode = Extract<Statement, { kind: "Switch" }>;

/** `switch (value) { … }`. */
export function bindSwitch(b: Binder, node: SwitchNode): BoundStatement {
  const target: JumpTarget = { name: "switch" };
  const value = governingValue(b, bindValue(b, node.value));
  const governing = b.temporary(value.type);
  const context = switchContext(b, node, target, value.type);
  let defaults = 0;
  for (const section of node.sections)
    for (const label of section.labels)
      if (label.kind === "Default" && ++defaults > 1) b.report(label, errors.caseTwice("default"));
  const seen = new Map<unknown, true>();
  return b.inScope(() => {
    const functions = declareFunctions(
      b,
      node.sections.flatMap((section) => section.statements),
    );
    const bound = b.withJumps({ ...b.jumps, breakTarget: target, switch: context }, () =>
      node.sections.map((section) => bindSection(b, section, localNode(b, governing, node.value), seen, functions)),
    );
    const { hoisted, sections } = hoistCaptured(b, bound);
    const statement: BoundStatement = {
      kind: "Switch",
      target,
      governing,
      value,
      sections,
      branch: { operator: "switch", at: node.start },
    };
    if (functions === null && hoisted.length === 0) return statement;
    b.places.set(statement, node);
    const statements = [...hoisted, statement];
    return { kind: "Block", statements: functions === null ? statements : hoistFunctions(b, functions.made, statements) };
  });
}

type BoundSection = Omit<BoundSwitchSection, "body"> & { readonly body: Extract<BoundStatement, { kind: "Block" }> };

/**
 * Sections share what they declare, and any of them may be the first that runs: the cells of captured variables are made before
 * the switch, and their declarations only set them.
 */
function hoistCaptured(b: Binder, sections: readonly BoundSection[]) {
  const hoisted: BoundStatement[] = [];
  const rest = sections.map((section): BoundSwitchSection => {
    const isHoisted = (statement: BoundStatement) => statement.kind === "Declare" && statement.local.captured;
    if (!section.body.statements.some(isHoisted)) return section;
    const statements = section.body.statements.flatMap((statement): BoundStatement[] => {
      if (statement.kind !== "Declare" || !statement.local.captured) return [statement];
      const { local, value } = statement;
      hoisted.push({ kind: "Declare", local, value: null });
      if (value === null) return [];
      const assignment: BoundStatement = { kind: "Expression", expression: assignLocal(b, local, value, value) };
      const place = b.places.get(statement);
      if (place !== undefined) b.places.set(assignment, place);
      return [assignment];
    });
    const body: BoundStatement = { kind: "Block", statements };
    const place = b.places.get(section.body);
    if (place !== undefined) b.places.set(body, place);
    return { ...section, body };
  });
  return { hoisted, sections: rest };
}

/** Classes that convert to string or an integer are switched over as that. */
function governingValue(b: Binder, value: BoundExpression): BoundExpression {
  const { type } = value;
  if (isError(value) || isSwitchType(b, stripNullable(type)) || type === nullType) return value;
  const targets = [b.core.int, b.core.uint, b.core.long, b.core.ulong, b.core.string].filter(
    (target) => implicitChange(type, target)?.kind === "user",
  );
  return targets.length > 0 ? convert(b, value, targets[0]!) : value;
}

function isSwitchType(b: Binder, type: NetType): boolean {
  return type === b.core.string || type === b.core.bool || type.kind === "enum" || numericOf(type) !== null;
}

/** The sections by their constants, so that `goto case` finds those that come later. */
function switchContext(b: Binder, node: SwitchNode, target: JumpTarget, type: NetType): SwitchContext {
  const sectionOf = new Map<unknown, number>();
  let defaultSection = -1;
  node.sections.forEach((section, index) => {
    for (const label of section.labels) {
      if (label.kind === "Default") defaultSection = index;
      else {
        const constant = labelConstant(b, label, type);
        if (constant !== undefined && !sectionOf.has(constant)) sectionOf.set(constant, index);
      }
    }
  });
  return { target, governingType: type, sectionOf, defaultSection };
}

/** The constant of `case constant:`; undefined for patterns, and for what has errors. */
function labelConstant(b: Binder, label: Extract<SwitchLabel, { kind: "Case" }>, type: NetType): unknown {
  const { pattern } = label;
  if (label.when !== null || (pattern.kind !== "ConstantPattern" && pattern.kind !== "NamePattern")) return undefined;
  if (!mayBeConstant(pattern.value)) return undefined;
  const found = b.speculate(() => {
    const operand = bindExpression(b, pattern.value);
    const wanted = stripNullable(type);
    return isValue(operand) && operand.type !== nullType && converts(b, operand, wanted) ? convert(b, operand, wanted) : operand;
  });
  const { value } = found;
  return value.kind === "Constant" && !isError(value) ? keyOf(value.value) : undefined;
}

/** True if the syntax can be a constant. What cannot is not bound more often than it must. */
function mayBeConstant(node: Expression): boolean {
  switch (node.kind) {
    case "Literal":
    case "Name":
    case "PredefinedType":
    case "Default":
    case "NameOf":
      return true;
    case "Member":
      return mayBeConstant(node.target);
    case "Parenthesized":
    case "Checked":
      return mayBeConstant(node.expression);
    case "Cast":
    case "Unary":
      return mayBeConstant(node.operand);
    case "Binary":
      return mayBeConstant(node.left) && mayBeConstant(node.right);
    case "Conditional":
      return mayBeConstant(node.condition) && mayBeConstant(node.then) && mayBeConstant(node.otherwise);
    default:
      return false;
  }
}

function keyOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? String(value) : value;
}

function bindSection(
  b: Binder,
  section: SwitchNode["sections"][number],
  governing: BoundExpression,
  seen: Map<unknown, true>,
  functions: BlockFunctions | null,
): BoundSection {
  const block = b.locals;
  return b.inScope(() => {
    const tests: BoundExpression[] = [];
    const labels: NonNullable<BoundSwitchSection["labels"]>[number][] = [];
    let isDefault = false;
    // The tests set pattern variables before the section runs: they are declared with the statement around the switch.
    for (const label of section.labels) {
      if (label.kind === "Default") {
        isDefault = true;
        continue;
      }
      const constant = labelConstant(b, label, governing.type);
      if (constant !== undefined) {
        if (seen.has(constant)) b.report(label, errors.caseTwice(String(constant)));
        seen.set(constant, true);
      }
      tests.push(bindLabel(b, governing, label));
      labels.push({ start: label.pattern.start, end: (label.when ?? label.pattern).end });
    }
    const statements = b.within({ locals: new SectionScope(b.locals, block) }, () => bindList(b, section.statements, functions));
    const body = { kind: "Block" as const, statements };
    b.places.set(body, section.labels[section.labels.length - 1] ?? section);
    return { tests, labels, isDefault, body };
  });
}

function bindLabel(b: Binder, governing: BoundExpression, label: Extract<SwitchLabel, { kind: "Case" }>): BoundExpression {
  const test = bindPattern(b, governing, label.pattern, label);
  if (label.when === null) return test;
  const when = bindCondition(b, label.when);
  if (test.kind === "Constant" && test.value === true) return when;
  return { kind: "AndAlso", left: test, right: when, type: b.core.bool, start: label.start, end: label.end };
}

/** `goto case x;`, `goto default;`. */
export function bindGoto(b: Binder, node: Extract<Statement, { kind: "Goto" }>): BoundStatement {
  const context = b.jumps.switch;
  if (node.target === "label") {
    const target = b.labels.get(node.label ?? "");
    if (target !== undefined) return { kind: "Goto", target };
    b.report(node, errors.noLabel(node.label ?? ""));
    return { kind: "Empty" };
  }
  if (context === null) {
    b.report(node, errors.gotoOutsideSwitch());
    return { kind: "Empty" };
  }
  if (node.target === "default") {
    if (context.defaultSection >= 0) return { kind: "GotoSection", target: context.target, section: context.defaultSection };
    b.report(node, errors.noLabel("default:"));
    return { kind: "Empty" };
  }
  const operand = node.value === null ? null : bindExpression(b, node.value);
  const type = stripNullable(context.governingType);
  if (operand === null || isError(operand)) return { kind: "Empty" };
  const isNull = isValue(operand) && operand.type === nullType;
  const value = isNull || type === errorType ? operand : convert(b, operand, type);
  if (isError(value)) return { kind: "Empty" };
  if (value.kind !== "Constant") {
    b.report(node, errors.constantExpected());
    return { kind: "Empty" };
  }
  const section = context.sectionOf.get(keyOf(value.value));
  if (section !== undefined) return { kind: "GotoSection", target: context.target, section };
  b.report(node, errors.noLabel(`case ${String(value.value)}:`));
  return { kind: "Empty" };
}
