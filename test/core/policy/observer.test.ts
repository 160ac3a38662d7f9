import { createGateway } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { type EvaluationObserver, type ExpressionInfo, type Observer, SilentObserver } from "#core/policy/observer.js";

/** Writes down all that it is told. */
class Listener extends SilentObserver {
  readonly said: string[] = [];
  private readonly told = (text: string): void => void this.said.push(text);

  override enter({ path }: Parameters<Observer["enter"]>[0]): Observer {
    this.told(`enter ${path}`);
    return this;
  }

  override leave(...[{ path }, outcome, error]: Parameters<Observer["leave"]>): void {
    this.told(`leave ${path} ${outcome}${error === null ? "" : ` ${error.reason}`}`);
  }

  override skip({ path }: Parameters<Observer["skip"]>[0]): void {
    this.told(`skip ${path}`);
  }

  override evaluate(info: ExpressionInfo): EvaluationObserver {
    const { source, expression } = info;
    const { operands } = expression.withOperands();
    const code = source.slice(2, -1);
    return {
      saw: (operand, value) => {
        const { text, comparison } = operands[operand]!;
        this.told(`saw ${text} = ${String(value)}, ${comparison ?? "by itself"}`);
      },
      ended: (value) => this.told(`ended ${code} = ${String(value)}`),
      failed: () => this.told(`failed ${code}`),
    };
  }
}

async function heard(inbound: string, headers = {}) {
  const gateway = await createGateway({
    policy: "<policies><inbound /><backend /><outbound /><on-error /></policies>",
    apis: {
      a: {
        path: "",
        subscriptionRequired: false,
        policy: `<policies><inbound>${inbound}</inbound><backend /><outbound /><on-error /></policies>`,
        operations: { any: { method: "GET", urlTemplate: "/*" } },
      },
    },
  });
  const listener = new Listener();
  await gateway.handle({ method: "GET", url: "https://gateway.example/x", headers }, { observer: listener });
  await gateway.close();
  return listener.said;
}

describe("an observer", () => {
  it("is told of policies and branches", async () => {
    expect(
      await heard(
        `<choose><when condition="@(false)"><set-variable name="a" value="1" /></when><when condition="@(true)"><return-response /></when><otherwise /></choose>`,
      ),
    ).toEqual([
      "enter choose[1]",
      "enter choose[1]\\when[1]",
      "ended false = false",
      "leave choose[1]\\when[1] skipped",
      "enter choose[1]\\when[2]",
      "ended true = true",
      "enter choose[1]\\when[2]\\return-response[1]",
      "leave choose[1]\\when[2]\\return-response[1] stop",
      "leave choose[1]\\when[2] stop",
      "skip choose[1]\\otherwise[1]",
      "leave choose[1] stop",
    ]);
  });

  it("is told of failures", async () => {
    expect(
      await heard(`<choose><when condition="@(false)" /></choose><set-variable name="a" value="@(((string)null).Length)" />`),
    ).toEqual([
      "enter choose[1]",
      "enter choose[1]\\when[1]",
      "ended false = false",
      "leave choose[1]\\when[1] skipped",
      "leave choose[1] continue",
      "enter set-variable[1]",
      "failed ((string)null).Length",
      "leave set-variable[1] error ExpressionValueEvaluationFailure",
    ]);
  });

  it("is told what the operands of conditions are", async () => {
    const said = await heard(
      `<choose><when condition="@(context.Request.Headers.GetValueOrDefault("X-Role", "") == "admin" && context.Request.Method.Length > 2)" /></choose>`,
      { "X-Role": "clerk" },
    );
    expect(said.filter((one) => one.startsWith("saw"))).toEqual([
      `saw context.Request.Headers.GetValueOrDefault("X-Role", "") = clerk, == "admin"`,
    ]);
  });
});
