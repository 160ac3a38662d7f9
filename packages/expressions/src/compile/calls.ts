import { raise } from "../runtime/exceptions.js";
import type { Run } from "../runtime/run.js";
import { Weight } from "../runtime/weights.js";
import type { CallSite } from "../types/declare.js";
import type { NetType, TypeScopeView } from "../types/net-type.js";
import { NetArray } from "../types/values.js";
import type { Evaluator, Frame } from "./frame.js";

/** An implementation as it is called: a plain function, or one that takes its call site first. */
export type Callee = (...args: unknown[]) => unknown;

/** The parts of a call site that the expression fixes. */
export interface SiteParts {
  readonly scope: TypeScopeView;
  readonly typeArguments: readonly NetType[];
  readonly declaringArguments: readonly NetType[];
}

/** A call site of one evaluation: lazy sequences keep it beyond the call, so it is made anew. */
export class Site implements CallSite {
  readonly scope: TypeScopeView;
  readonly typeArguments: readonly NetType[];
  readonly declaringArguments: readonly NetType[];

  constructor(
    readonly run: Run,
    parts: SiteParts,
  ) {
    this.scope = parts.scope;
    this.typeArguments = parts.typeArguments;
    this.declaringArguments = parts.declaringArguments;
  }
}

/** Implementations must return null, never undefined; what a host's table lets slip through must not spread. */
function clean(value: unknown): unknown {
  return value === undefined ? null : value;
}

function missing(): never {
  throw raise.nullReference();
}

/**
 * A call whose first input is checked for null (an instance member of a reference type). All inputs are evaluated first, as
 * C# does. One closure for each number of inputs, so that no argument array is made.
 */
export function callInstance(call: Callee, inputs: readonly Evaluator[], cost: number): Evaluator {
  const [a, b, c, d] = inputs;
  switch (inputs.length) {
    case 1:
      return cost === 0
        ? (frame) => {
            const self = a!(frame);
            return self === null ? missing() : clean(call(self));
          }
        : (frame) => {
            const self = a!(frame);
            frame.run.step();
            return self === null ? missing() : clean(call(self));
          };
    case 2:
      return (frame) => {
        const self = a!(frame);
        const first = b!(frame);
        frame.run.step();
        return self === null ? missing() : clean(call(self, first));
      };
    case 3:
      return (frame) => {
        const self = a!(frame);
        const first = b!(frame);
        const second = c!(frame);
        frame.run.step();
        return self === null ? missing() : clean(call(self, first, second));
      };
    case 4:
      return (frame) => {
        const self = a!(frame);
        const first = b!(frame);
        const second = c!(frame);
        const third = d!(frame);
        frame.run.step();
        return self === null ? missing() : clean(call(self, first, second, third));
      };
    default:
      return (frame) => {
        const values = evaluateAll(inputs, frame);
        frame.run.step();
        return values[0] === null ? missing() : clean(call(...values));
      };
  }
}

/** A call that accepts whatever its inputs are: static members, constructors, operators, members of value types. */
export function callStatic(call: Callee, inputs: readonly Evaluator[]): Evaluator {
  const [a, b, c, d] = inputs;
  switch (inputs.length) {
    case 0:
      return (frame) => {
        frame.run.step();
        return clean(call());
      };
    case 1:
      return (frame) => {
        const first = a!(frame);
        frame.run.step();
        return clean(call(first));
      };
    case 2:
      return (frame) => {
        const first = a!(frame);
        const second = b!(frame);
        frame.run.step();
        return clean(call(first, second));
      };
    case 3:
      return (frame) => {
        const first = a!(frame);
        const second = b!(frame);
        const third = c!(frame);
        frame.run.step();
        return clean(call(first, second, third));
      };
    case 4:
      return (frame) => {
        const first = a!(frame);
        const second = b!(frame);
        const third = c!(frame);
        const fourth = d!(frame);
        frame.run.step();
        return clean(call(first, second, third, fourth));
      };
    default:
      return (frame) => {
        const values = evaluateAll(inputs, frame);
        frame.run.step();
        return clean(call(...values));
      };
  }
}

/** A call of an implementation that takes its site first. `isChecked`: the first input must not be null. */
export function callWithSite(call: Callee, parts: SiteParts, inputs: readonly Evaluator[], isChecked: boolean): Evaluator {
  const [a, b, c] = inputs;
  switch (inputs.length) {
    case 0:
      return (frame) => {
        frame.run.step();
        return clean(call(new Site(frame.run, parts)));
      };
    case 1:
      return (frame) => {
        const first = a!(frame);
        frame.run.step();
        return isChecked && first === null ? missing() : clean(call(new Site(frame.run, parts), first));
      };
    case 2:
      return (frame) => {
        const first = a!(frame);
        const second = b!(frame);
        frame.run.step();
        return isChecked && first === null ? missing() : clean(call(new Site(frame.run, parts), first, second));
      };
    case 3:
      return (frame) => {
        const first = a!(frame);
        const second = b!(frame);
        const third = c!(frame);
        frame.run.step();
        return isChecked && first === null ? missing() : clean(call(new Site(frame.run, parts), first, second, third));
      };
    default:
      return (frame) => {
        const values = evaluateAll(inputs, frame);
        frame.run.step();
        return isChecked && values[0] === null ? missing() : clean(call(new Site(frame.run, parts), ...values));
      };
  }
}

/** All inputs in order. */
export function evaluateAll(inputs: readonly Evaluator[], frame: Frame): unknown[] {
  const values = new Array<unknown>(inputs.length);
  for (let i = 0; i < inputs.length; i++) values[i] = inputs[i]!(frame);
  return values;
}

const FREE_LENGTH = 64;

/** Charges steps for what a call reads: a text or array of n elements costs n/64 more. */
export function weighed(input: Evaluator): Evaluator {
  return (frame) => {
    const value = input(frame);
    const length = typeof value === "string" ? value.length : value instanceof NetArray ? value.items.length : 0;
    if (length > FREE_LENGTH) frame.run.steps(length >> 6);
    return value;
  };
}

/**
 * Charges for a text that a call has made: steps, and memory where the implementation does not see to that itself (one that
 * takes its call site does).
 */
export function chargingText(call: Evaluator, chargesMemory: boolean): Evaluator {
  return (frame) => {
    const text = call(frame);
    if (typeof text === "string") {
      if (chargesMemory) frame.run.allocate(text.length);
      if (text.length > FREE_LENGTH) frame.run.steps(text.length >> 6);
    }
    return text;
  };
}

/** Charges for an object that a call makes, or may have made. */
export function chargingObject(call: Evaluator): Evaluator {
  return (frame) => {
    frame.run.allocate(Weight.object);
    return call(frame);
  };
}
