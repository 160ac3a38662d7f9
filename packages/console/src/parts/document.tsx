import type { ShownDocument } from "@turnpike/adapters/console";
import { useEffect, useRef, useState } from "preact/hooks";
import type { DocumentEditor } from "./document-editor.js";
import type { LineMark } from "./line-marks.js";

/** A policy document with what happened at its lines. The editor is loaded when the first one is shown. */
export function DocumentView({
  document,
  marks,
  line,
}: {
  readonly document: ShownDocument;
  readonly marks: ReadonlyMap<number, LineMark>;
  /** Scrolled to; null: the first line with an error, or the top. */
  readonly line: number | null;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<DocumentEditor | null>(null);
  useEffect(() => {
    let isOver = false;
    let made: DocumentEditor | null = null;
    void import("./document-editor.js").then(({ openDocument }) => {
      if (isOver) return;
      made = openDocument(box.current!, document, marks);
      setEditor(made);
    });
    return () => {
      isOver = true;
      made?.close();
    };
  }, [document, marks]);
  useEffect(() => {
    const failing = [...marks].find(([, { kind }]) => kind === "error")?.[0] ?? null;
    const target = line ?? failing;
    if (editor !== null && target !== null) editor.show(target);
  }, [editor, line]);
  return <div class="document" ref={box} />;
}
