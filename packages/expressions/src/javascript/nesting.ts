import { type Options, type TokenType, tokenizer, tokTypes } from "acorn";

/** What acorn's calls of itself may add up to, so that it never comes near the end of the stack. */
const MOST = 3000;

const OPENING = new Set([tokTypes.parenL, tokTypes.braceL, tokTypes.bracketL, tokTypes.dollarBraceL]);
const CLOSING = new Set([tokTypes.parenR, tokTypes.braceR, tokTypes.bracketR]);

/** Words and marks that go on with what stands before them. */
const CONTINUES = new Set([
  tokTypes.colon,
  tokTypes.template,
  tokTypes.backQuote,
  tokTypes._else,
  tokTypes._catch,
  tokTypes._finally,
  tokTypes._while,
  tokTypes.dot,
  tokTypes.questionDot,
]);

/** How many calls a bracket costs. */
const BRACKET = 12;

const t = tokTypes;

/** How many calls deeper a token of an unfinished expression or statement leads. */
const WEIGHTS = new Map<TokenType, number>([
  ...weighing(1, [t.bitwiseOR, t.bitwiseXOR, t.bitwiseAND, t.equality, t.relational, t.bitShift, t.modulo, t.star, t.slash]),
  ...weighing(2, [t.plusMin, t._in, t._instanceof]),
  ...weighing(4, [t.prefix, t.incDec, t.starstar, t._typeof, t._void, t._delete, t._new, t.colon]),
  ...weighing(4, [t._if, t._else, t._for, t._while, t._do, t._with, t._try, t._function, t._return, t._throw]),
  ...weighing(6, [t.logicalAND, t.logicalOR, t.coalesce, t.questionDot]),
  ...weighing(8, [t.arrow, t.question, t.eq, t.assign]),
]);

function weighing(weight: number, types: readonly TokenType[]): [TokenType, number][] {
  return types.map((type) => [type, weight]);
}

const BINARY = new Set([
  ...[t.bitwiseOR, t.bitwiseXOR, t.bitwiseAND, t.equality, t.relational, t.bitShift, t.modulo, t.star, t.slash, t.plusMin],
  ...[t._in, t._instanceof, t.starstar, t.logicalAND, t.logicalOR, t.coalesce, t.question, t.arrow, t.eq, t.assign],
]);

/** What an operand ends with. Brackets are looked at apart. */
const OPERAND_ENDS = new Set([t.name, t.num, t.string, t.regexp, t.bracketR, t.braceR, t._this, t._null, t._true, t._false]);

/** Words whose brackets belong to a statement that goes on behind them. */
const HEADS = new Set([t._if, t._for, t._while, t._with]);

interface Level {
  /** The weight of what stood before the bracket. */
  readonly outside: number;
  readonly isHead: boolean;
}

/**
 * Looks for nesting that a recursive parser should not be given: brackets, and chains of operators and statements.
 * @returns the offset where it is too deep, or -1. Throws SyntaxError where there is no token
 */
export function tooDeepAt(source: string, from: number, options: Options): number {
  const outer: Level[] = [];
  let here = 0;
  let total = 0;
  let previous: TokenType | null = null;
  let endsOperand = false;
  const tokens = tokenizer(source.slice(from), options);
  for (let token = tokens.getToken(); token.type !== t.eof; token = tokens.getToken()) {
    const { type } = token;
    const goesOn = BINARY.has(type) || CONTINUES.has(type) || OPENING.has(type) || CLOSING.has(type);
    // Where two operands meet, a statement has ended without a semicolon.
    if (type === t.semi || type === t.comma || (endsOperand && !goesOn)) here = 0;
    endsOperand = OPERAND_ENDS.has(type);
    if (OPENING.has(type)) {
      outer.push({ outside: here, isHead: previous !== null && HEADS.has(previous) });
      total += here + BRACKET;
      here = 0;
    } else if (CLOSING.has(type) && outer.length > 0) {
      const { outside, isHead } = outer.pop()!;
      here = outside;
      total -= here + BRACKET;
      if (type === t.parenR) endsOperand = !isHead;
    } else here += WEIGHTS.get(type) ?? 0;
    if (total + here > MOST) return from + token.start;
    previous = type;
  }
  return -1;
}
