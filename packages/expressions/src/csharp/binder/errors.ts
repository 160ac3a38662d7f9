import { bindingErrors } from "../../binding/errors.js";
import { didYouMean, error, warning } from "../../diagnostics/problem.js";

/** What may be wrong with the meaning of C#, in its compiler's words; codes of ours are `TP1…`. */
export const errors = {
  ...bindingErrors,

  // Types
  unknownType: error("CS0246", (name: string, nearest: string | null) => ({
    message: `The type or namespace name '${name}' could not be found (are you missing a using directive or an assembly reference?)`,
    hint: didYouMean(nearest),
  })),
  notInNamespace: error(
    "CS0234",
    (name: string, namespace: string) =>
      `The type or namespace name '${name}' does not exist in the namespace '${namespace}' (are you missing an assembly reference?)`,
  ),
  ambiguousType: error("CS0104", (name: string, first: string, second: string) => ({
    message: `'${name}' is an ambiguous reference between '${first}' and '${second}'`,
    hint: `Write the name in full: ${first}.`,
  })),
  typeArgumentsMissing: error(
    "CS0305",
    (type: string, count: number) => `Using the generic type '${type}' requires ${count} type arguments`,
  ),
  notGenericType: error("CS0308", (type: string) => `The non-generic type '${type}' cannot be used with type arguments`),
  badTypeArgument: error("CS0718", (type: string) => `'${type}' cannot be used as type arguments`),
  badElementType: error("CS0719", (type: string) => `'${type}': array elements cannot be of this type`),
  nullableReference: error("CS0453", (type: string) => ({
    message: `The type '${type}' must be a non-nullable value type in order to use it as parameter 'T' in the generic type or method 'Nullable<T>'`,
    hint: "Reference types can be null anyway: leave the '?' out.",
  })),
  tuples: error("TP1102", {
    message: "Value tuples are not supported within expressions",
    hint: "Use an anonymous object or System.Tuple.",
  }),
  dynamicType: error("TP1102", {
    message: "'dynamic' is not supported within expressions",
    hint: "Use the type of the value, or object.",
  }),
  dynamicName: error("TP1102", "'dynamic' is not supported within expressions"),
  deconstruction: error("TP1102", {
    message: "Deconstruction is not supported within expressions",
    hint: "Assign the variables one by one.",
  }),

  // Names
  variableWithTypeArguments: error("CS0307", (name: string) => `The variable '${name}' cannot be used with type arguments`),
  nothingToName: error("CS8081", "Expression does not have a name."),

  // Operators
  badOperand: error(
    "CS0023",
    (operator: string, type: string) => `Operator '${operator}' cannot be applied to operand of type '${type}'`,
  ),
  badOperands: error("CS0019", (operator: string, left: string, right: string, isUntyped: boolean) => ({
    message: `Operator '${operator}' cannot be applied to operands of type '${left}' and '${right}'`,
    hint: isUntyped ? "What is an object here must be cast first: (int)x, (string)x …" : undefined,
  })),
  voidIs: error("CS0019", "Operator 'is' cannot be applied to an operand of type 'void'"),
  ambiguousOperator: error(
    "CS0034",
    (operator: string, left: string, right: string) =>
      `Operator '${operator}' is ambiguous on operands of type '${left}' and '${right}'`,
  ),
  leftByReference: warning("CS0252", (type: string) => ({
    message: `Possible unintended reference comparison; to get a value comparison, cast the left hand side to type '${type}'`,
    hint: `Write (${type}) before the left side: texts made at run time are different objects, however alike.`,
  })),
  rightByReference: warning("CS0253", (type: string) => ({
    message: `Possible unintended reference comparison; to get a value comparison, cast the right hand side to type '${type}'`,
    hint: `Write (${type}) before the right side: texts made at run time are different objects, however alike.`,
  })),
  objectsByReference: warning("TP1304", {
    message: "Two values of type 'object' are compared by reference: equal texts or numbers are different objects.",
    hint: "Cast both sides to their type: (string)a == (string)b.",
  }),
  noConditionalType: error(
    "CS0173",
    (then: string, otherwise: string) =>
      `Type of conditional expression cannot be determined because there is no implicit conversion between '${then}' and '${otherwise}'`,
  ),
  castToStatic: error("CS0716", (type: string) => `Cannot convert to static type '${type}'`),
  asValueType: error("CS0077", (type: string, nullable: string) => ({
    message: `The as operator must be used with a reference type or nullable type ('${type}' is a non-nullable value type)`,
    hint: `Write ${nullable}, or cast.`,
  })),
  asStatic: error("CS7023", (type: string) => `The second operand of an 'is' or 'as' operator may not be static type '${type}'`),
  asImpossible: error(
    "CS0039",
    (from: string, to: string) =>
      `Cannot convert type '${from}' to '${to}' via a reference conversion, boxing conversion, unboxing conversion, wrapping conversion, or null type conversion`,
  ),

  // Assignments
  notAssignable: error("CS0131", "The left-hand side of an assignment must be a variable, property or indexer"),
  notIncrementable: error("CS1059", "The operand of an increment or decrement operator must be a variable, property or indexer"),
  assignsMethods: error("CS1656", (name: string) => `Cannot assign to '${name}' because it is a 'method group'`),
  assignsReadOnly: error(
    "CS1656",
    (name: string, kind: string) => `Cannot assign to '${name}' because it is a '${kind} variable'`,
  ),
  assignsGlobal: error("CS1656", (name: string) => `Cannot assign to '${name}' because it is a parameter that the gateway sets`),
  assignsRangeVariable: error("CS1939", (name: string) => `Cannot assign to '${name}' because it is a range variable`),
  assignsQueryVariable: error("CS1947", (name: string) => `Range variable '${name}' cannot be assigned to -- it is read only`),
  modifiesCopy: error("CS1612", (name: string) => `Cannot modify the return value of '${name}' because it is not a variable`),

  // New objects and arrays
  abstractInstance: error("CS0144", (type: string) => `Cannot create an instance of the abstract type or interface '${type}'`),
  staticInstance: error("CS0712", (type: string) => `Cannot create an instance of the static class '${type}'`),
  anonymousMember: error(
    "CS0746",
    "Invalid anonymous type member declarator. Anonymous type members must be declared with a member assignment, simple name or member access.",
  ),
  anonymousMemberTwice: error("CS0833", "An anonymous type cannot have multiple properties with the same name"),
  anonymousMemberValue: error("CS0828", (what: string) => `Cannot assign ${what} to anonymous type property`),
  arraySize: error("CS1586", "Array creation must have array size or array initializer"),
  negativeSize: error("CS0248", "Cannot create an array with a negative size"),
  arrayLength: error("CS0847", (length: string) => `An array initializer of length '${length}' is expected`),
  noElementType: error("CS0826", "No best type found for implicitly-typed array"),
  initializerOfOther: error(
    "CS0622",
    "Can only use array initializer expressions to assign to array types. Try using a new expression instead.",
  ),
  nestedInitializer: error("CS0846", "A nested array initializer is expected"),
  indexCount: error("CS0022", (rank: number) => `Wrong number of indices inside []; expected ${rank}`),
  notIndexable: error("CS0021", (type: string) => `Cannot apply indexing with [] to an expression of type '${type}'`),
  notACollection: error(
    "CS1922",
    (type: string) =>
      `Cannot initialize type '${type}' with a collection initializer because it does not implement 'System.Collections.IEnumerable'`,
  ),
  notInitializable: error("CS1913", "Member cannot be initialized. It is not a field or property."),

  // Declarations
  inferredSeveral: error("CS0819", "Implicitly-typed variables cannot have multiple declarators"),
  inferredConstant: error("CS0822", "Implicitly-typed variables cannot be constant"),
  inferredWithoutValue: error("CS0818", "Implicitly-typed variables must be initialized"),
  inferredArray: error("CS0820", {
    message: "Cannot initialize an implicitly-typed variable with an array initializer",
    hint: "Write new[] { … }.",
  }),
  inferredFrom: error("CS0815", (what: string, hint: string) => ({
    message: `Cannot assign ${what} to an implicitly-typed variable`,
    hint,
  })),
  constantWithoutValue: error("CS0145", "A const field requires a value to be provided"),
  constantRequired: error("CS0133", (name: string) => `The expression being assigned to '${name}' must be constant`),
  voidHere: error("CS1547", "Keyword 'void' cannot be used in this context"),
  staticVariable: error("CS0723", (type: string) => `Cannot declare a variable of static type '${type}'`),
  referenceType: error(
    "CS8173",
    (type: string) => `The expression must be of type '${type}' because it is being assigned by reference`,
  ),
  referenceTarget: error("TP1104", {
    message: "Only local variables can be referred to by a ref variable",
    hint: "Use the value itself.",
  }),
  parameterTwice: error("CS0100", (name: string) => `The parameter name '${name}' is a duplicate`),
  defaultNotConstant: error("CS1736", (name: string) => `Default parameter value for '${name}' must be a compile-time constant`),
  tooManyInstances: error("TP1103", (name: string) => `The generic function '${name}' is used with too many types`),

  // Statements
  labelTwice: error("CS0140", (label: string) => `The label '${label}' is a duplicate`),
  labelTakenAround: error("CS0158", (label: string) => `The label '${label}' is a duplicate`),
  embeddedDeclaration: error("CS1023", "Embedded statement cannot be a declaration or labeled statement"),
  noValueToReturn: error(
    "CS0127",
    "Since the function returns void, a return keyword must not be followed by an object expression",
  ),
  noLoop: error("CS0139", "No enclosing loop out of which to break or continue"),
  rethrowOutside: error("CS0156", "A throw statement with no arguments is not allowed outside of a catch clause"),
  notAnException: error("CS0155", "The type caught or thrown must be derived from System.Exception"),
  lockedValue: error("CS0185", (type: string) => `'${type}' is not a reference type as required by the lock statement`),
  caughtBefore: error(
    "CS0160",
    (type: string) => `A previous catch clause already catches all exceptions of this or of a super type ('${type}')`,
  ),
  leavesFinally: error("CS0157", "Control cannot leave the body of a finally clause"),
  notDisposable: error(
    "CS1674",
    (type: string) => `'${type}': type used in a using statement must be implicitly convertible to 'System.IDisposable'`,
  ),
  nullEnumerated: error("CS0186", "Use of null is not valid in this context"),
  notEnumerable: error(
    "CS1579",
    (type: string) =>
      `foreach statement cannot operate on variables of type '${type}' because '${type}' does not contain a public instance definition for 'GetEnumerator'`,
  ),
  caseTwice: error("CS0152", (label: string) => `The switch statement contains multiple cases with the label value '${label}'`),
  noLabel: error("CS0159", (label: string) => `No such label '${label}' within the scope of the goto statement`),
  gotoOutsideSwitch: error("CS0153", "A goto case is only valid inside a switch statement"),
  constantExpected: error("CS0150", "A constant value is expected"),

  // Patterns and queries
  nullablePattern: error(
    "CS8116",
    (type: string, underlying: string) =>
      `It is not legal to use nullable type '${type}' in a pattern; use the underlying type '${underlying}' instead.`,
  ),
  impossiblePattern: error(
    "CS8121",
    (from: string, to: string) => `An expression of type '${from}' cannot be handled by a pattern of type '${to}'.`,
  ),
  rangeVariableTwice: error("CS1930", (name: string) => `The range variable '${name}' has already been declared`),
  rangeVariableTaken: error(
    "CS1931",
    (name: string) => `The range variable '${name}' conflicts with a previous declaration of '${name}'`,
  ),
  noQueryMethod: error(
    "CS1936",
    (type: string, method: string) =>
      `Could not find an implementation of the query pattern for source type '${type}'. '${method}' not found.`,
  ),

  // The whole
  tooComplex: error("CS8078", "An expression is too long or complex to compile"),
  wrongDeclaration: error("TP1999", (reason: string) => `A type's declaration is wrong: ${reason}`),
  defect: error("TP1999", (reason: string) => `The expression could not be compiled: ${reason}`),
} as const;
