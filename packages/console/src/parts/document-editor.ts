import { xml } from "@codemirror/lang-xml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension, RangeSetBuilder, Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, GutterMarker, gutter, lineNumbers, WidgetType } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { ShownDocument } from "@turnpike/adapters/console";
import type { LineMark } from "./line-marks.js";
import { OUTCOME_MARKS } from "./steps.js";

/** A document that is shown. */
export interface DocumentEditor {
  /** Scrolls to a line, by its number in the file, and marks it. */
  show(line: number): void;
  close(): void;
}

const colours = HighlightStyle.define([
  { tag: tags.tagName, color: "var(--code-tag)" },
  { tag: tags.attributeName, color: "var(--code-attribute)" },
  { tag: tags.attributeValue, color: "var(--code-value)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { fontSize: "12.5px", backgroundColor: "var(--panel)", color: "var(--text)", maxHeight: "70vh" },
  ".cm-scroller": { fontFamily: "var(--mono)", overflow: "auto" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--muted)", border: "none" },
  "&.cm-focused": { outline: "2px solid var(--accent)" },
});

/** Values beside a line. */
class Values extends WidgetType {
  constructor(private readonly text: string) {
    super();
  }

  override eq(other: Values): boolean {
    return other.text === this.text;
  }

  override toDOM(): HTMLElement {
    const element = document.createElement("span");
    element.className = "line-value";
    element.textContent = this.text;
    return element;
  }
}

class OutcomeMarker extends GutterMarker {
  constructor(private readonly mark: LineMark) {
    super();
  }

  override toDOM(): Node {
    const element = document.createElement("span");
    element.className = `line-outcome ${this.mark.kind}`;
    element.textContent = `${OUTCOME_MARKS[this.mark.kind]} ${this.mark.time ?? ""}`;
    return element;
  }
}

/** Opens a document, not to be changed, with marks at its lines. */
export function openDocument(parent: HTMLElement, shown: ShownDocument, marks: ReadonlyMap<number, LineMark>): DocumentEditor {
  const state = EditorState.create({
    doc: shown.text,
    extensions: [
      lineNumbers({ formatNumber: (line) => String(line + shown.line - 1) }),
      xml(),
      syntaxHighlighting(colours),
      look,
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ "aria-label": `Policy document ${shown.file}`, tabindex: "0" }),
      EditorView.cspNonce.of(document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? ""),
      markedLines(shown, marks),
    ],
  });
  const view = new EditorView({ state, parent });
  return {
    show(line) {
      const index = Math.min(Math.max(line - shown.line + 1, 1), view.state.doc.lines);
      const { from } = view.state.doc.line(index);
      view.dispatch({ selection: { anchor: from } });
      // Inside the editor alone: the page stays where whoever reads it is.
      view.scrollDOM.scrollTop = view.lineBlockAt(from).top - view.scrollDOM.clientHeight / 2;
    },
    close: () => view.destroy(),
  };
}

function markedLines(shown: ShownDocument, marks: ReadonlyMap<number, LineMark>): Extension {
  return [
    EditorView.decorations.of(decorationsOf(shown, marks)),
    gutter({
      class: "line-outcomes",
      lineMarker(view, { from }) {
        const mark = marks.get(view.state.doc.lineAt(from).number + shown.line - 1);
        return mark === undefined || (mark.time === null && mark.kind !== "skipped") ? null : new OutcomeMarker(mark);
      },
    }),
  ];
}

function decorationsOf(shown: ShownDocument, marks: ReadonlyMap<number, LineMark>): DecorationSet {
  const text = Text.of(shown.text.split(/\r?\n/));
  const builder = new RangeSetBuilder<Decoration>();
  for (let number = 1; number <= text.lines; number++) {
    const mark = marks.get(number + shown.line - 1);
    if (mark === undefined) continue;
    const { from, to } = text.line(number);
    builder.add(from, from, Decoration.line({ class: `line-${mark.kind}` }));
    if (mark.values.length > 0) builder.add(to, to, Decoration.widget({ widget: new Values(mark.values.join("   ")), side: 1 }));
  }
  return builder.finish();
}
