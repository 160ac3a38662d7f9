/**
 * System.Xml.Linq. The tables must be loaded before the classes that refer to them: import this folder only through here.
 */

import { defineEnum, type TypeDeclaration } from "../../types/declare.js";
import { equalityComparerType, orderComparerType } from "./comparers.js";
import { attributeType, containerType, elementType, wholeDocumentType } from "./element-types.js";
import { extensionsType } from "./extensions.js";
import { namespaceType, nameType } from "./name-types.js";
import {
  cdataType,
  commentType,
  declarationType,
  documentTypeType,
  instructionType,
  nodeType,
  objectType,
  textType,
} from "./node-types.js";
import { sequenceType } from "./sequence.js";

const xmlNodeType = defineEnum("System.Xml.XmlNodeType", {
  None: 0,
  Element: 1,
  Attribute: 2,
  Text: 3,
  CDATA: 4,
  EntityReference: 5,
  Entity: 6,
  ProcessingInstruction: 7,
  Comment: 8,
  Document: 9,
  DocumentType: 10,
  DocumentFragment: 11,
  Notation: 12,
  Whitespace: 13,
  SignificantWhitespace: 14,
  EndElement: 15,
  EndEntity: 16,
  XmlDeclaration: 17,
});

const saveOptions = defineEnum(
  "System.Xml.Linq.SaveOptions",
  { None: 0, DisableFormatting: 1, OmitDuplicateNamespaces: 2 },
  { flags: true },
);

const loadOptions = defineEnum(
  "System.Xml.Linq.LoadOptions",
  { None: 0, PreserveWhitespace: 1, SetBaseUri: 2, SetLineInfo: 4 },
  { flags: true },
);

/** System.Xml.Linq, and what it needs of System.Xml. */
export const xmlLinqTypes: readonly TypeDeclaration[] = [
  xmlNodeType,
  saveOptions,
  loadOptions,
  nameType,
  namespaceType,
  objectType,
  nodeType,
  textType,
  cdataType,
  commentType,
  instructionType,
  documentTypeType,
  declarationType,
  containerType,
  attributeType,
  elementType,
  wholeDocumentType,
  sequenceType,
  extensionsType,
  equalityComparerType,
  orderComparerType,
];

export { XDocument } from "./document.js";
export { XAttribute, XElement } from "./element.js";
export { XCData, XComment, XProcessingInstruction } from "./leaf.js";
export { XMLNS_NAMESPACE, XName } from "./names.js";
export { parseDocument, parseElement } from "./parser.js";
export { NodeType, XContainer, XNode, XObject, XText } from "./tree.js";
export { contentText } from "./value-text.js";
