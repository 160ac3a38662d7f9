import type { Diagnostic } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { formatDiagnostic } from "#adapters/cli/diagnostics.js";

const finding = (file: string, line: number, column: number): Diagnostic => ({
  severity: "error",
  code: "TP3007",
  message: "Twice.",
  file,
  line,
  column,
});

/** The line of the file, as the frame shows it. */
const shown = (text: string, file = "gateway.yaml"): string =>
  formatDiagnostic(finding(file, 1, 1), text)
    .split("\n")[1]!
    .trimEnd();

describe("the line that a finding shows", () => {
  it.each([
    ["primaryKey: s3cret-1", "  1 | primaryKey: ***"],
    [
      "one: { scope: all, primaryKey: s3cret-1, state: active }",
      "  1 | one: { scope: all, primaryKey: ***     , state: active }",
    ],
    [`k: { secret: true, value: "a, \\" s3cret" }`, `  1 | k: { secret: true, value: ***            }`],
    ["password: 's3cret' # why", "  1 | password: ***      # why"],
    [`"key": "s3cret",`, `  1 | "key": ***     ,`],
    ["key: { file: client.pem }", "  1 | key: { file: client.pem }"],
    ["serviceUrl: http://backend.example", "  1 | serviceUrl: http://backend.example"],
    ["value: x", "  1 | value: *"],
    [`{"password":"s3cret","a":1}`, `  1 | {"password":***     ,"a":1}`],
    [
      "main: { url: https://u:s3cret@h/, credentials: { header: { X-A: [s3cret] }, query: { b: s3cret } }, azureRegion: west }",
      "  1 | main: { url: https://u:***   @h/, credentials: { header: { X-A: [***   ] }, query: { b: ***    } }, azureRegion: west }",
    ],
    [
      `{"credentials":{"header":{"x-a":["s3cret"]},"authorization":{"scheme":"Key","parameter":"s3cret"}},"url":"https://h/"}`,
      `  1 | {"credentials":{"header":{"x-a":[***     ]},"authorization":{"scheme":"Key","parameter":***     }},"url":"https://h/"}`,
    ],
    [
      String.raw`"policy": "<authentication-basic username=\"u\" password=\"s3cret\" />"`,
      String.raw`  1 | "policy": "<authentication-basic username=\"u\" password=\"***   \" />"`,
    ],
  ])("conceals secrets of a configuration: %s", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    [
      "credentials:\n  header:\n    X-A: [s3cret]\n    X-B:\n      - s3cret\n  authorization:\n    scheme: Key\n    parameter: s3cret\nurl: open",
    ],
    ['{\n  "credentials": {\n    "header": {\n      "x-a": [\n        "s3cret"\n      ]\n    }\n  },\n  "url": "open"\n}'],
    ["hidden:\n  secret: true\n  value: |-\n    s3cret\n\n    s3cret more\nurl: open"],
    ["hidden:\n  value: >\n    s3cret\nurl: open"],
  ])("conceals secrets over several lines: %j", (text) => {
    const frames = text.split("\n").map((line, index) => {
      const [, frame] = formatDiagnostic(finding("gateway.yaml", index + 1, 1), text).split("\n");
      return { line, frame: frame! };
    });
    for (const { line, frame } of frames)
      if (line.includes("s3cret")) expect(frame).not.toContain("s3cret");
      else expect(frame).toContain(line);
  });

  it("shows documents as they are, with the caret below the place", () => {
    const text = '<policies>\n  <set-header name="key: s3cret" />';
    expect(
      formatDiagnostic(finding("policy.xml", 2, 3), text)
        .split("\n")
        .slice(1),
    ).toEqual(['  2 |   <set-header name="key: s3cret" />', "    |   ^"]);
  });

  it("keeps what is behind a secret in its column", () => {
    const [, line, carets] = formatDiagnostic(finding("g.yml", 1, 24), "{ primaryKey: s3cret, here: 1 }").split("\n");
    expect(line![carets!.indexOf("^")]).toBe("e");
  });
});
