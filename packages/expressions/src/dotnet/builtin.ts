import type { TypeDeclaration } from "../types/declare.js";
import { createTypeScope, type TypeScope } from "../types/scope.js";
import { bitConverterTypes } from "./bit-converter.js";
import { booleanTypes } from "./boolean.js";
import { collectionTypes } from "./collections/index.js";
import { convertTypes } from "./convert/convert.js";
import { cryptographyTypes } from "./cryptography/index.js";
import { enumTypes } from "./enum.js";
import { globalizationTypes } from "./globalization.js";
import { guidTypes } from "./guid.js";
import { linqTypes } from "./linq/index.js";
import { mathTypes } from "./math.js";
import { netTypes } from "./net/index.js";
import { newtonsoftTypes } from "./newtonsoft/index.js";
import { decimalTypes } from "./numbers/decimal-type.js";
import { floatingTypes } from "./numbers/floating.js";
import { integerTypes } from "./numbers/integers.js";
import { objectType } from "./object.js";
import { randomTypes } from "./random.js";
import { regexTypes } from "./regex/index.js";
import { arrayTypes } from "./system/array.js";
import { delegateTypes } from "./system/delegates.js";
import { exceptionTypes } from "./system/exceptions.js";
import { interfaceTypes } from "./system/interfaces.js";
import { nullableTypes } from "./system/nullable.js";
import { tupleTypes } from "./system/tuple.js";
import { charTypes } from "./text/char.js";
import { encodingTypes } from "./text/encoding.js";
import { readerTypes } from "./text/readers.js";
import { stringTypes } from "./text/string.js";
import { stringBuilderTypes } from "./text/string-builder.js";
import { stringComparerTypes } from "./text/string-comparer.js";
import { dateTimeTypes } from "./time/date-time-types.js";
import { timeZoneTypes } from "./time/zones/time-zone.js";
import { systemType } from "./type.js";
import { versionTypes } from "./version.js";
import { xmlLinqTypes } from "./xml-linq/index.js";

/** Every .NET type that expressions know without a host's doing. */
export const builtinTypes: readonly TypeDeclaration[] = [
  objectType,
  systemType,
  ...bitConverterTypes,
  ...booleanTypes,
  ...collectionTypes,
  ...convertTypes,
  ...cryptographyTypes,
  ...delegateTypes,
  ...enumTypes,
  ...globalizationTypes,
  ...guidTypes,
  ...interfaceTypes,
  ...mathTypes,
  ...netTypes,
  ...newtonsoftTypes,
  ...nullableTypes,
  ...decimalTypes,
  ...floatingTypes,
  ...integerTypes,
  ...randomTypes,
  ...regexTypes,
  ...charTypes,
  ...encodingTypes,
  ...readerTypes,
  ...stringBuilderTypes,
  ...stringComparerTypes,
  ...stringTypes,
  ...dateTimeTypes,
  ...timeZoneTypes,
  ...versionTypes,
  ...linqTypes,
  ...arrayTypes,
  ...exceptionTypes,
  ...tupleTypes,
  ...xmlLinqTypes,
];

/** The scope of the built-in types: one for the process, as it never changes. */
export const builtinScope: TypeScope = createTypeScope(builtinTypes);
