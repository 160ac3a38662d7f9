import { describe, expect, it } from "vitest";
import type { BoundExpression, BoundFunction, BoundStatement, LocalSymbol } from "#expressions/bound/tree.js";
import { LimitError, NetException, raise } from "#expressions/runtime/exceptions.js";
import { NetArray } from "#expressions/types/values.js";
import {
  arithmetic,
  block,
  call,
  capture,
  compare,
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

const increment = (of: LocalSymbol): BoundExpression => set(of, arithmetic(read(of), "+", int(1)));
const program = (build: (self: BoundFunction) => BoundStatement): BoundFunction => fn(null, build);

/** `var s = 0; for (var i = 0; i < n; i++) { body }; return s;` */
function counting(n: number, body: (s: LocalSymbol, i: LocalSymbol, loop: { name: string }) => BoundStatement): BoundFunction {
  return program((self) => {
    const s = local(self, "s");
    const i = local(self, "i");
    const loop = target("for");
    return block(
      declare(s, int(0)),
      {
        kind: "For",
        target: loop,
        initial: [declare(i, int(0))],
        condition: compare(read(i), "<", int(n)),
        updates: [increment(i)],
        body: body(s, i, loop),
      },
      ret(read(s)),
    );
  });
}

describe("loops", () => {
  it("sums", () => {
    expect(evaluate(counting(10, (s, i) => run(set(s, arithmetic(read(s), "+", read(i))))))).toBe(45);
  });

  it("breaks and continues", () => {
    const body = counting(10, (s, i, loop) =>
      block(
        { kind: "If", condition: compare(read(i), "==", int(3)), then: { kind: "Continue", target: loop }, otherwise: null },
        { kind: "If", condition: compare(read(i), "==", int(6)), then: { kind: "Break", target: loop }, otherwise: null },
        run(set(s, arithmetic(read(s), "+", read(i)))),
      ),
    );
    expect(evaluate(body)).toBe(0 + 1 + 2 + 4 + 5);
  });

  it("continues the outer loop from inside a switch", () => {
    const body = counting(4, (s, i, loop) => {
      const governing = local(s.owner, "g");
      const inner = target("switch");
      return block(
        {
          kind: "Switch",
          target: inner,
          governing,
          value: read(i),
          sections: [
            { tests: [compare(read(governing), "==", int(1))], isDefault: false, body: { kind: "Continue", target: loop } },
            { tests: [], isDefault: true, body: { kind: "Break", target: inner } },
          ],
        },
        run(increment(s)),
      );
    });
    expect(evaluate(body)).toBe(3);
  });

  it("goes to another section by goto case", () => {
    const body = program((self) => {
      const governing = local(self, "g");
      const s = local(self, "s");
      const choice = target("switch");
      return block(
        declare(s, int(0)),
        {
          kind: "Switch",
          target: choice,
          governing,
          value: int(1),
          sections: [
            {
              tests: [compare(read(governing), "==", int(1))],
              isDefault: false,
              body: block(run(set(s, arithmetic(read(s), "+", int(1)))), { kind: "GotoSection", target: choice, section: 1 }),
            },
            {
              tests: [compare(read(governing), "==", int(2))],
              isDefault: false,
              body: block(run(set(s, arithmetic(read(s), "+", int(10)))), { kind: "Break", target: choice }),
            },
          ],
        },
        ret(read(s)),
      );
    });
    expect(evaluate(body)).toBe(11);
  });

  it("gives each turn of foreach its own captured variable", () => {
    const delegates: (() => unknown)[] = [];
    const body = program((self) => {
      const element = local(self, "e");
      const nested = fn(self, () => read(element));
      capture(nested, element);
      const keep = call((delegate: () => unknown) => void delegates.push(delegate), null, [lambda(nested)]);
      return {
        kind: "ForEach",
        target: target("foreach"),
        source: constant(new NetArray(types.int, [1, 2, 3]), types.array(types.int)),
        elementType: types.int,
        element,
        local: element,
        value: read(element),
        body: run(keep),
      };
    });
    evaluate(body);
    expect(delegates.map((delegate) => delegate())).toEqual([1, 2, 3]);
  });

  it("shares one captured variable between all turns of for", () => {
    const delegates: (() => unknown)[] = [];
    const body = counting(3, (_s, i) => {
      const nested = fn(i.owner, () => read(i));
      capture(nested, i);
      return run(call((delegate: () => unknown) => void delegates.push(delegate), null, [lambda(nested)]));
    });
    evaluate(body);
    expect(delegates.map((delegate) => delegate())).toEqual([3, 3, 3]);
  });
});

describe("functions", () => {
  /** `int f(int n) => n < 2 ? n : f(n - 1) + f(n - 2); return f(n);` */
  function fibonacci(n: number): BoundFunction {
    return program((self) => {
      const f = local(self, "f", types.func);
      const nested = fn(self, (inner) => {
        const p = parameter(inner, "n");
        capture(inner, f);
        const recurse = (by: number) => invoke(read(f), arithmetic(read(p), "-", int(by)));
        return {
          kind: "Conditional",
          condition: compare(read(p), "<", int(2)),
          then: read(p),
          otherwise: arithmetic(recurse(1), "+", recurse(2)),
          type: types.int,
          start: 0,
          end: 0,
        };
      });
      return block(declare(f, lambda(nested)), ret(invoke(read(f), int(n))));
    });
  }

  it("recurse through a captured cell", () => {
    expect(evaluate(fibonacci(15))).toBe(610);
  });

  it("see what an enclosing function assigns later, two levels down", () => {
    const body = program((self) => {
      const x = local(self, "x");
      const outer = fn(self, (middle) => {
        const inner = fn(middle, (deep) => {
          capture(deep, x);
          return arithmetic(read(x), "*", int(2));
        });
        return invoke(lambda(inner));
      });
      const f = local(self, "f", types.func);
      return block(declare(x, int(1)), declare(f, lambda(outer)), run(set(x, int(21))), ret(invoke(read(f))));
    });
    expect(evaluate(body)).toBe(42);
  });

  it("write ref and out arguments back to plain, captured and array places", () => {
    const body = program((self) => {
      const plain = local(self, "plain");
      const kept = local(self, "kept");
      kept.captured = true;
      const array = local(self, "array", types.array(types.int));
      const put = (value: number) => (reference: { value: unknown }) => {
        reference.value = value;
        return null;
      };
      return block(
        declare(plain, int(0)),
        declare(kept, int(0)),
        declare(array, constant(new NetArray(types.int, [0, 0]), types.array(types.int))),
        run(call(put(1), null, [{ kind: "Reference", local: plain, type: types.int }])),
        run(call(put(20), null, [{ kind: "Reference", local: kept, type: types.int }])),
        run(call(put(300), null, [{ kind: "ElementReference", array: read(array), indices: [int(1)], type: types.int }])),
        ret(
          arithmetic(arithmetic(read(plain), "+", read(kept)), "+", {
            kind: "ArrayGet",
            array: read(array),
            indices: [int(1)],
            type: types.int,
            start: 0,
            end: 0,
          }),
        ),
      );
    });
    expect(evaluate(body)).toBe(321);
  });
});

describe("exceptions", () => {
  const throwing = (error: () => unknown) =>
    call(() => {
      throw error();
    }, null);

  function attempt(block1: BoundExpression, options: { type?: typeof types.exception; final?: boolean; rethrow?: boolean } = {}) {
    return program((self) => {
      const log = local(self, "log", types.string);
      const add = (what: string) => run(set(log, concat(read(log), text(what))));
      const guarded: BoundStatement = {
        kind: "Try",
        block: block(run(block1), add("not reached")),
        catches: [
          {
            type: options.type ?? types.exception,
            local: null,
            filter: null,
            body: options.rethrow ? block(add("c"), { kind: "Rethrow" }) : add("caught "),
          },
        ],
        finally: options.final ? add("finally") : null,
      };
      const outer: BoundStatement = {
        kind: "Try",
        block: guarded,
        catches: [{ type: types.exception, local: null, filter: null, body: add(" outer") }],
        finally: null,
      };
      return block(declare(log, text("")), outer, ret(read(log)));
    });
  }

  it("are caught by type, base types included", () => {
    expect(
      evaluate(
        attempt(
          throwing(() => raise.format()),
          { type: types.format },
        ),
      ),
    ).toBe("caught ");
    expect(
      evaluate(
        attempt(
          throwing(() => raise.format()),
          { type: types.exception },
        ),
      ),
    ).toBe("caught ");
    expect(
      evaluate(
        attempt(
          throwing(() => raise.nullReference()),
          { type: types.format },
        ),
      ),
    ).toBe(" outer");
  });

  it("run finally, whether caught or thrown again", () => {
    expect(
      evaluate(
        attempt(
          throwing(() => raise.format()),
          { final: true },
        ),
      ),
    ).toBe("caught finally");
    expect(
      evaluate(
        attempt(
          throwing(() => raise.format()),
          { final: true, rethrow: true },
        ),
      ),
    ).toBe("cfinally outer");
  });

  it("hide what JavaScript says", () => {
    expect(evaluate(attempt(throwing(() => new TypeError("x.y is not a function"))))).toBe("caught ");
    const bare = program(() => run(throwing(() => new TypeError("x.y is not a function"))));
    expect(() => evaluate(bare)).toThrow(NetException);
    expect(() => evaluate(bare)).toThrow("An internal error occurred while the expression ran.");
  });

  it("do not catch a limit, nor run finally after one", () => {
    const seen: string[] = [];
    const note = (what: string) => run(call(() => void seen.push(what), null));
    const body = program(() => ({
      kind: "Try",
      block: run(throwing(() => new LimitError("steps", "too many"))),
      catches: [{ type: types.exception, local: null, filter: null, body: note("catch") }],
      finally: note("finally"),
    }));
    expect(() => evaluate(body)).toThrow(LimitError);
    expect(seen).toEqual([]);
  });

  it("count a filter that throws as false", () => {
    const body = program(() => ({
      kind: "Try",
      block: {
        kind: "Try",
        block: run(throwing(() => raise.format())),
        catches: [
          { type: types.exception, local: null, filter: throwing(() => raise.divideByZero()), body: ret(text("wrong")) },
          { type: types.exception, local: null, filter: constant(true, types.bool), body: ret(text("right")) },
        ],
        finally: null,
      },
      catches: [],
      finally: null,
    }));
    expect(evaluate(body)).toBe("right");
  });

  it("come from members of null", () => {
    const body = program(() => ret(call((self: string) => self.length, text(null), [], types.int)));
    expect(() => evaluate(body)).toThrow("Object reference not set to an instance of an object.");
  });
});
