import { secretsIn } from "../../diagnostics/secret-places.js";
import { constantText, type LintCode } from "../code.js";
import { type LintElement, literalOf, type Written } from "../document.js";
import { policies } from "../examples.js";
import { defineRule, type RuleContext } from "../rule.js";

const basic = (password: string): string =>
  policies({ inbound: `<base />\n<authentication-basic username="gateway" password="${password}" />` });

const SECRET_ATTRIBUTES = new Set(["password", "client-secret", "connection-string", "instrumentation-key", "shared-key"]);
const SECRET_NAME =
  /^(?:x-functions-key|ocp-apim-subscription-key|(?:x-)?api-?key|x-auth-token|code|sig|(?:client|app)?[-_]?secret|(?:.*[-_])?(?:api|access|account|function|functions|subscription|shared|private|signing|encryption)[-_]?key|passw(?:or)?d|pwd|.*[-_]?(?:password|secret))$/i;
const SECRET_VARIABLE =
  /(?:api|access|account|function|subscription|shared|private|signing|encryption)[-_]?key$|passw(?:or)?d$|secret$|(?:access|bearer|auth)[-_]?token$|connection[-_]?string$/i;
const SCHEME = /^\s*(?:Bearer|Basic|ApiKey|Key|Token|SharedAccessSignature|SharedKey)\s+(\S.*)$/i;
const JWT = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/;
/** What deployment tools, examples and people put in the place of a secret. */
const PLACEHOLDER =
  /\{|\}|<|>|\$\(|__\w+__|^\*+$|\.\.\.|^(?:x+|todo|changeme|placeholder|redacted|null|none|true|false|string|test|value)$|your|example|insert|replace|dummy|sample|enter[-_ ]/i;

/** Secrets for all who can read. */
export const secretLiteral = defineRule({
  id: "secret-literal",
  severity: "error",
  summary: "keys, passwords, connection strings or tokens as literals in documents or configuration",
  why: "Documents stand in repositories, exports and traces: whoever can read them has the secret, and nobody can change it in one place.",
  remedy: "Put it into a secret named value, better one that a vault holds, and write `{{name}}`.",
  examples: { bad: basic("n0t-A-real-Pa55word"), good: basic("{{erp-password}}") },
  element(element, context) {
    for (const value of element.values) {
      const found = secretOf(element, value);
      if (found) tell(value, context);
      else if (value.code !== null) inCode(value, value.code, context);
    }
  },
  project({ configuration }, context) {
    if (configuration === null) return;
    for (const [name, namedValue] of Object.entries(configuration.loaded.data.namedValues ?? {})) {
      const value = typeof namedValue === "object" ? namedValue.value : namedValue;
      if (typeof value !== "string" || PLACEHOLDER.test(value) || value.trim().length < 8) continue;
      const isOpen = typeof namedValue !== "object" || namedValue.secret !== true;
      if (isOpen && (SECRET_VARIABLE.test(name) || SECRET_NAME.test(name) || JWT.test(value) || secretsIn(value).length > 0))
        context.at(configuration.place(["namedValues", name]), `The named value ${name} holds a secret for all to read.`, {
          hint: "Make it secret, and take its value from a file, the environment or a vault.",
        });
    }
    for (const [id, backend] of Object.entries(configuration.loaded.data.backends ?? {})) {
      const parameter = backend.credentials?.authorization?.parameter;
      if (parameter !== undefined && !PLACEHOLDER.test(parameter))
        context.at(
          configuration.place(["backends", id, "credentials", "authorization", "parameter"]),
          `The credentials of the backend ${id} stand in the configuration.`,
          {
            hint: "Write {{name}} of a secret named value.",
          },
        );
      for (const kind of ["header", "query"] as const)
        for (const [name, values] of Object.entries(backend.credentials?.[kind] ?? {})) {
          const all = typeof values === "string" ? [values] : values;
          if (all.some((value) => !PLACEHOLDER.test(value) && (SECRET_NAME.test(name) || SCHEME.test(value))))
            context.at(
              configuration.place(["backends", id, "credentials", kind, name]),
              `The credentials of the backend ${id} stand in the configuration.`,
              {
                hint: "Write {{name}} of a secret named value.",
              },
            );
        }
    }
  },
});

function tell({ element, span }: Written, context: RuleContext): void {
  context.report(element.document, span, "A secret stands in the document.", {
    hint: "Put it into a secret named value, and write {{name}}.",
  });
}

function secretOf(element: LintElement, value: Written): boolean {
  const literal = literalOf(value);
  if (literal === null || literal === "") return false;
  if (holdsSecret(literal)) return true;
  if (PLACEHOLDER.test(literal)) return false;
  if (value.attribute !== null && SECRET_ATTRIBUTES.has(value.attribute)) return true;
  if (element.name === "authentication-certificate" && value.attribute === "body") return literal.length > 40;
  if (JWT.test(literal)) return true;
  const name = namedBy(element, value);
  if (name === null) return false;
  if (/^(?:proxy-)?authorization$/i.test(name)) {
    const rest = SCHEME.exec(literal)?.[1];
    return rest !== undefined && isLikely(rest);
  }
  return (element.name === "set-variable" ? SECRET_VARIABLE : SECRET_NAME).test(name) && isLikely(literal);
}

/** A key where keys stand: in a connection string, a query, a URL. */
function holdsSecret(text: string): boolean {
  return secretsIn(text).some(([from, to]) => !PLACEHOLDER.test(text.slice(from, to)));
}

/** A random text, and no word, path or sentence. */
function isLikely(text: string): boolean {
  return text.length >= 8 && !/\s/.test(text) && !/^(?:https?:|\/)/.test(text) && /\d|[^\w.-]/.test(text);
}

/** The header, parameter or variable that a value is for. */
function namedBy(element: LintElement, value: Written): string | null {
  if (element.name === "set-variable" && value.attribute === "value") return element.literal("name");
  if (element.name !== "value" || value.attribute !== null) return null;
  const around = element.parent;
  return around !== null && (around.name === "set-header" || around.name === "set-query-parameter")
    ? around.literal("name")
    : null;
}

/** A text as the key of a signature, or a token. */
function inCode(value: Written, code: LintCode, context: RuleContext): void {
  const isKeyed = code.program !== null && [...code.program.uses].some((use) => /\.HMAC\w+\.new$/.test(use));
  for (const node of code.nodes) {
    const text = constantText(node);
    if (text === null || node.kind !== "Constant") continue;
    const isBytes = isKeyed && isKeyText(code, node as unknown as { readonly start: number }) && isLikely(text);
    if (!holdsSecret(text) && ((!JWT.test(text) && !isBytes) || PLACEHOLDER.test(text))) continue;
    context.report(
      value.element.document,
      code.span(node as unknown as { start: number; end: number }),
      "A secret stands in the document.",
      {
        hint: "Put it into a secret named value, and write {{name}}.",
      },
    );
  }
}

function isKeyText(code: LintCode, { start }: { readonly start: number }): boolean {
  return /HMAC\w+\s*\(\s*(?:[\w.]*GetBytes|Convert\.FromBase64String)\s*\(\s*$/.test(
    code.text.slice(Math.max(0, start - 120), start),
  );
}
