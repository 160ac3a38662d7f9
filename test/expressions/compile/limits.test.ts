import { describe, expect, it } from "vitest";
import type { BoundFunction } from "#expressions/bound/tree.js";
import { LimitError } from "#expressions/runtime/exceptions.js";
import { defaultLimits, type Host, Run } from "#expressions/runtime/run.js";
import {
  arithmetic,
  block,
  call,
  capture,
  concat,
  constant,
  declare,
  evaluate,
  fn,
  int,
  invoke,
  lambda,
  local,
  parameter,
  read,
  ret,
  run,
  set,
  target,
  text,
  types,
} from "./trees.js";

function limitOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof LimitError ? error.limit : `threw ${String(error)}`;
  }
  return "none";
}

const forever = (body: (self: BoundFunction) => ReturnType<typeof block>): BoundFunction =>
  fn(null, (self) => {
    const inner = body(self);
    return { kind: "While", target: target("while"), condition: constant(true, types.bool), body: inner };
  });

/** A loop of exactly `turns` turns. */
function turns(count: number): BoundFunction {
  return fn(null, (self) => {
    const i = local(self, "i");
    return block(declare(i, int(0)), {
      kind: "While",
      target: target("while"),
      condition: {
        kind: "Compare",
        operator: "<",
        numeric: "int",
        left: read(i),
        right: int(count),
        lifted: false,
        type: types.bool,
        start: 0,
        end: 0,
      },
      body: run(set(i, arithmetic(read(i), "+", int(1)))),
    });
  });
}

describe("limits", () => {
  it.each([1, 99, 100, 511, 512, 513, 1025])("are exact to the step: %i", (steps) => {
    expect(limitOf(() => evaluate(turns(steps), { steps }))).toBe("none");
    expect(limitOf(() => evaluate(turns(steps + 1), { steps }))).toBe("steps");
  });

  it("end an endless loop", () => {
    expect(limitOf(() => evaluate(forever(() => block())))).toBe("steps");
  });

  it("end a text that doubles", () => {
    const doubling = forever((self) => {
      const s = local(self, "s", types.string);
      return block(run(set(s, concat(read(s), read(s), text("x")))));
    });
    expect(limitOf(() => evaluate(doubling))).toBe("memory");
  });

  it("let a text grow piece by piece", () => {
    const body = fn(null, (self) => {
      const s = local(self, "s", types.string);
      const i = local(self, "i");
      return block(
        declare(s, text("")),
        declare(i, int(0)),
        {
          kind: "While",
          target: target("while"),
          condition: {
            kind: "Compare",
            operator: "<",
            numeric: "int",
            left: read(i),
            right: int(10_000),
            lifted: false,
            type: types.bool,
            start: 0,
            end: 0,
          },
          body: block(run(set(s, concat(read(s), text("x")))), run(set(i, arithmetic(read(i), "+", int(1))))),
        },
        ret({ kind: "Constant", value: 0, type: types.int, start: 0, end: 0 }),
      );
    });
    expect(limitOf(() => evaluate(body))).toBe("none");
  });

  it("refuse a huge array before it is made", () => {
    const body = fn(null, () => ({
      kind: "NewArray",
      lengths: [int(2_000_000_000)],
      elements: null,
      type: types.array(types.int),
      start: 0,
      end: 0,
    }));
    expect(limitOf(() => evaluate(body))).toBe("memory");
  });

  it("end a recursion without end, far from the end of the stack", () => {
    const body = fn(null, (self) => {
      const f = local(self, "f", types.func);
      const nested = fn(self, (inner) => {
        const n = parameter(inner, "n");
        capture(inner, f);
        return arithmetic(int(1), "+", invoke(read(f), arithmetic(read(n), "+", int(1))));
      });
      return block(declare(f, lambda(nested)), ret(invoke(read(f), int(0))));
    });
    expect(limitOf(() => evaluate(body))).toBe("depth");
    expect(limitOf(() => evaluate(body, { depth: 3 }))).toBe("depth");
  });

  it("give the depth back that calls left by an exception had taken", () => {
    const body = fn(null, (self) => {
      const f = local(self, "f", types.func);
      const i = local(self, "i");
      const nested = fn(self, () =>
        call(() => {
          throw new TypeError("boom");
        }, null),
      );
      return block(declare(f, lambda(nested)), declare(i, int(0)), {
        kind: "While",
        target: target("while"),
        condition: {
          kind: "Compare",
          operator: "<",
          numeric: "int",
          left: read(i),
          right: int(50),
          lifted: false,
          type: types.bool,
          start: 0,
          end: 0,
        },
        body: block(run(set(i, arithmetic(read(i), "+", int(1)))), {
          kind: "Try",
          block: run(invoke(read(f))),
          catches: [{ type: types.exception, local: null, filter: null, body: block() }],
          finally: null,
        }),
      });
    });
    expect(limitOf(() => evaluate(body, { depth: 2 }))).toBe("none");
  });

  it("treat JavaScript's own ceilings as limits", () => {
    const failing = (error: unknown) =>
      fn(null, () =>
        call(() => {
          throw error;
        }, null),
      );
    expect(limitOf(() => evaluate(failing(new RangeError("Maximum call stack size exceeded"))))).toBe("depth");
    expect(limitOf(() => evaluate(failing(new RangeError("Invalid string length"))))).toBe("memory");
    expect(limitOf(() => evaluate(failing(new RangeError("Invalid array length"))))).toBe("memory");
  });

  it("measure time by the host's clock, from the first look on", () => {
    let now = 0;
    const host: Host = { now: () => 0, randomBytes: () => new Uint8Array(), elapsed: () => now };
    const run = new Run(host, { ...defaultLimits, time: 10 });
    const spend = () => run.steps(10_000);
    spend();
    now = 10;
    expect(limitOf(spend)).toBe("none");
    now = 11;
    expect(limitOf(spend)).toBe("time");
  });

  it("look at the clock for what is allocated, too", () => {
    let now = 0;
    const run = new Run(
      { now: () => 0, randomBytes: () => new Uint8Array(), elapsed: () => now },
      { ...defaultLimits, time: 10 },
    );
    run.allocate(70_000);
    now = 11;
    expect(limitOf(() => run.allocate(70_000))).toBe("time");
  });

  it("are not fooled by an amount that is no number", () => {
    const run = () => new Run({ now: () => 0, randomBytes: () => new Uint8Array(), elapsed: () => 0 }, defaultLimits);
    expect(limitOf(() => run().allocate(Number.NaN))).toBe("memory");
    expect(limitOf(() => run().steps(Number.NaN))).toBe("steps");
  });

  it("tell what was used", () => {
    const run = new Run({ now: () => 0, randomBytes: () => new Uint8Array(), elapsed: () => 0 }, defaultLimits);
    for (let i = 0; i < 1000; i++) run.step();
    run.steps(5);
    run.allocate(7);
    expect([run.stepsUsed, run.memoryUsed]).toEqual([1005, 7]);
  });
});
