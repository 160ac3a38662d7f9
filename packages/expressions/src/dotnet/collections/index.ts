/**
 * System.Collections.Generic. The tables must be loaded before the classes that refer to them: import this folder from
 * elsewhere only through here.
 */
import type { TypeDeclaration } from "../../types/declare.js";
import { comparerTypes } from "./comparers.js";
import { dictionaryType } from "./dictionary-type.js";
import { keyCollectionType, valueCollectionType } from "./dictionary-view.js";
import { enumeratorType } from "./enumerator.js";
import { hashSetType } from "./hash-set-type.js";
import { interfaceTypes } from "./interfaces.js";
import { keyValuePairType } from "./key-value-pair.js";
import { listType, readOnlyCollectionType } from "./list-type.js";
import { queueType, stackType } from "./queue.js";
import { readOnlyDictionaryType } from "./read-only-dictionary.js";
import { sortedDictionaryType, sortedListType } from "./sorted-dictionary.js";

/** The collection interfaces and classes of System.Collections and System.Collections.Generic. */
export const collectionTypes: readonly TypeDeclaration[] = [
  ...interfaceTypes,
  ...comparerTypes,
  enumeratorType,
  keyValuePairType,
  listType,
  readOnlyCollectionType,
  dictionaryType,
  keyCollectionType,
  valueCollectionType,
  readOnlyDictionaryType,
  sortedDictionaryType,
  sortedListType,
  hashSetType,
  queueType,
  stackType,
];

export { Comparer, EqualityComparer } from "./comparers.js";
export { Dictionary } from "./dictionary.js";
export { DictionaryView } from "./dictionary-view.js";
export { Enumerator } from "./enumerator.js";
export { HashSet } from "./hash-set.js";
export { KeyValuePair } from "./key-value-pair.js";
export { List, ReadOnlyCollection } from "./list.js";
export type { CollectionProtocol, DictionaryProtocol, ListProtocol, ReadOnlyDictionaryProtocol } from "./protocol.js";
export { Queue, Stack } from "./queue.js";
export { ReadOnlyDictionaryObject } from "./read-only-dictionary.js";
