import type { TagReader } from "../parser.js";
import type { Node } from "../rendering.js";

/** `raw` and `literal`: text as it is. */
export const verbatim: TagReader = (tag, parser) => {
  const text = parser.verbatim(tag);
  return {
    kind: tag.name,
    render(r) {
      r.write(text);
      return undefined;
    },
  };
};

/** `comment`: read, not rendered. */
export const comment: TagReader = (tag, parser) => {
  const unused: Node[] = [];
  parser.block(tag, unused);
  return { kind: "comment", render: () => undefined };
};
