import { didYouMean, type Findings } from "./findings.js";
import { type PathStep, strayCharacter } from "./lookup.js";

/** What is known of the members of `context`, `forloop` and `tablerowloop`; they compare by case. */
interface Shape {
  readonly [name: string]: Shape | null;
}

const url: Shape = {
  Scheme: null,
  Host: null,
  Port: null,
  Path: null,
  QueryString: null,
  Query: null,
  ToUri: null,
  ToString: null,
};

const loop = { length: null, index: null, index0: null, rindex: null, rindex0: null, first: null, last: null } satisfies Shape;

const roots: Shape = {
  context: {
    Request: {
      Url: url,
      OriginalUrl: url,
      Method: null,
      OriginalMethod: null,
      IpAddress: null,
      MatchedParameters: null,
      HasBody: null,
      ClientCertificates: null,
      Headers: null,
    },
    Response: { StatusCode: null, StatusReason: null, Method: null, Headers: null },
    Variables: null,
  },
  forloop: { name: null, ...loop },
  tablerowloop: { ...loop, col: null, col0: null, col_first: null, col_last: null },
};

const CALLS = ["size", "first", "last"];

/** Warns of what a path cannot find, and of characters in it that are passed over. */
export function checkPath(fragment: string, path: readonly PathStep[], at: number, findings: Findings): void {
  const stray = strayCharacter(fragment);
  if (stray !== null)
    findings.add(
      `'${stray}' in ${fragment} is passed over: a path is names, points and square brackets.`,
      at + Math.max(0, fragment.indexOf(stray)),
      stray === "!" ? "There is no not: use unless, or == false." : null,
    );
  let shape: Shape | null = roots;
  for (const [i, step] of path.entries()) {
    const name = stepName(step);
    if (name === null) return;
    if (shape !== null) {
      if (Object.hasOwn(shape, name)) {
        shape = shape[name]!;
        continue;
      }
      if (i > 0) {
        const members = Object.keys(shape);
        const owner = path.slice(0, i).map(stepName).join(".");
        findings.add(`${owner} has no member ${name}: it gives nothing.`, at, () => didYouMean(name, members));
        return;
      }
      if (name === "Body" || name === "Context")
        findings.add(`There is no variable ${name}.`, at, `Did you mean ${name.toLowerCase()}?`);
      shape = null;
    }
    if ("name" in step && !CALLS.includes(name) && CALLS.includes(name.toLowerCase()) && i > 0 && i === path.length - 1)
      findings.add(
        `.${name} is a member, not the engine's own .${name.toLowerCase()}.`,
        at,
        `Did you mean .${name.toLowerCase()}?`,
      );
  }
}

function stepName(step: PathStep): string | null {
  if ("name" in step) return step.name;
  const quoted = /^(['"])(.*)\1$/.exec(step.source);
  return quoted === null ? null : quoted[2]!;
}

const UNSPACED = /[=!<>]=|<>|[<>]/;

/** Warns of `a==b` without blanks, which is the name of a variable. Gives whether it is one. */
export function checkUnspaced(fragment: string, at: number, findings: Findings): boolean {
  const operator = UNSPACED.exec(fragment);
  if (operator === null || fragment === operator[0]) return false;
  findings.add(`${fragment} is read as the name of a variable.`, at, `Put blanks round ${operator[0]}.`);
  return true;
}
