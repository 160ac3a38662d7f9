/** A document for a rule's page: what is not given inherits. */
export function policies(sections: {
  readonly inbound?: string;
  readonly backend?: string;
  readonly outbound?: string;
  readonly onError?: string;
}): string {
  const { inbound = "<base />", backend = "<base />", outbound = "<base />", onError = "<base />" } = sections;
  const section = (name: string, content: string): string =>
    content.trim() === "" ? `  <${name} />` : `  <${name}>\n${indented(content)}\n  </${name}>`;
  return [
    "<policies>",
    section("inbound", inbound),
    section("backend", backend),
    section("outbound", outbound),
    section("on-error", onError),
    "</policies>",
    "",
  ].join("\n");
}

function indented(text: string): string {
  return text
    .trim()
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}
