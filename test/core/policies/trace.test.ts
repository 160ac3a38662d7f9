import { createGateway } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { document, findings, url } from "./support.js";

async function entries(xml: string, trace: boolean) {
  const logged: unknown[] = [];
  const log = (level: string) => (fields: object, message: string) => void logged.push([level, message, fields]);
  const gateway = await createGateway(
    {
      apis: {
        a: {
          path: "",
          subscriptionRequired: false,
          policy: document({ inbound: `${xml}<return-response />` }),
          operations: { any: { method: "GET", urlTemplate: "/*" } },
        },
      },
    },
    { logger: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") } },
  );
  const { status, trace: told } = await gateway.handle({ method: "GET", url, headers: {} }, { trace });
  const traced = told?.steps.flatMap((step) => step.messages.filter(({ source }) => source === "mine")) ?? [];
  return { status, traced, logged };
}

const message = (severity = ""): string =>
  `<trace source="mine" ${severity}><message>@("for " + context.Request.Method)</message><metadata name="a" value="@(1 + 1)" /></trace>`;

describe("trace", () => {
  it("adds an entry to the trace of a traced request", async () => {
    const { traced } = await entries(message(), true);
    expect(traced).toMatchObject([{ source: "mine", severity: "verbose", data: { message: "for GET", metadata: { a: "2" } } }]);
  });

  it.each([
    ["", "debug"],
    [`severity="information"`, "info"],
    [`severity="error"`, "error"],
  ])("logs %s as %s, traced or not", async (severity, level) => {
    expect((await entries(message(severity), false)).logged).toMatchObject([
      [level, "for GET", { source: "mine", metadata: { a: "2" } }],
    ]);
  });

  it("takes its message as text, too", async () => {
    const { traced } = await entries(`<trace source="mine"> On @ Error </trace>`, true);
    expect(traced).toMatchObject([{ data: "On @ Error" }]);
  });

  it("fails where its message does, whoever listens", async () => {
    expect((await entries(`<trace source="mine"><message>@(int.Parse("x").ToString())</message></trace>`, false)).status).toBe(
      500,
    );
  });

  it.each([
    [`<trace><message>x</message></trace>`, ["error TP2007"]],
    [`<trace source="x" />`, ["error TP2011"]],
    [`<trace source="x"><text>y</text></trace>`, ["error TP2011"]],
    [`<trace source="x" severity="fatal"><message>x</message></trace>`, ["error TP2008"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });
});
