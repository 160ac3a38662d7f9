import type * as Liquidjs from "liquidjs";

/**
 * The gateway's own block: `{% JSONArrayFor x in list %} … {% endJSONArrayFor %}` is a loop that puts commas between what it renders and
 * none behind the last.
 */
export function jsonArrayFor({ Tag, evalToken }: LiquidParts): TagClass {
  return class JsonArrayFor extends Tag {
    private readonly variable: string;
    private readonly collection: Liquidjs.ValueToken;
    private readonly templates: Liquidjs.Template[] = [];

    constructor(token: Liquidjs.TagToken, remaining: Liquidjs.TopLevelToken[], liquid: Liquidjs.Liquid, parser: Liquidjs.Parser) {
      super(token, remaining, liquid);
      this.variable = this.tokenizer.readIdentifier().content;
      const word = this.tokenizer.readIdentifier().content;
      const collection = this.tokenizer.readValue();
      if (this.variable === "" || word !== "in" || collection === undefined) throw new Error(`illegal tag: ${token.getText()}`);
      this.collection = collection;
      let isClosed = false;
      while (remaining.length > 0) {
        const next = remaining.shift()!;
        isClosed = "name" in next && next.name === "endJSONArrayFor";
        if (isClosed) break;
        this.templates.push(parser.parseToken(next, remaining));
      }
      if (!isClosed) throw new Error(`tag ${token.getText()} not closed`);
    }

    override *render(context: Liquidjs.Context, emitter: Liquidjs.Emitter): Generator<unknown, void, unknown> {
      const items = itemsOf(yield evalToken(this.collection, context));
      const scope: Record<string, unknown> = Object.create(null);
      context.push(scope);
      let isFirst = true;
      for (const item of items) {
        scope[this.variable] = item;
        if (!isFirst) emitter.write(",");
        isFirst = false;
        yield this.liquid.renderer.renderTemplates(this.templates, context, emitter);
      }
      context.pop();
    }
  };
}

interface LiquidParts {
  readonly Tag: typeof Liquidjs.Tag;
  readonly evalToken: typeof Liquidjs.evalToken;
}

type TagClass = Parameters<Liquidjs.Liquid["registerTag"]>[1];

function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === null || value === undefined || value === "" ? [] : [value];
}
