import { didYouMean, error } from "../diagnostics/problem.js";

/** What may be wrong with the meaning of an expression in either language, in the C# compiler's words; codes of ours are `TP1…`. */
export const bindingErrors = {
  // Names
  nameTaken: error("CS0128", (name: string) => `A local variable or function named '${name}' is already defined in this scope`),
  nameTakenAround: error(
    "CS0136",
    (name: string) =>
      `A local or parameter named '${name}' cannot be declared in this scope because that name is used in an enclosing local scope to define a local or parameter`,
  ),
  noName: error("CS0103", (name: string, nearest: string | null) => ({
    message: `The name '${name}' does not exist in the current context`,
    hint: didYouMean(nearest),
  })),
  isType: error("CS0119", (type: string) => `'${type}' is a type, which is not valid in the given context`),
  isNamespace: error("CS0118", (name: string) => `'${name}' is a namespace but is used like a variable`),
  typeNotListed: error("TP1101", (type: string, nearest: string | null) => ({
    message: `Usage of type '${type}' is not supported within expressions`,
    hint: didYouMean(nearest),
  })),
  memberNotListed: error("TP1101", (member: string, type: string, nearest: string | null) => ({
    message: `Usage of member '${member}' of type '${type}' is not supported within expressions`,
    hint: didYouMean(nearest),
  })),

  // Members
  noStaticMember: error("CS0117", (type: string, name: string, nearest: string | null) => ({
    message: `'${type}' does not contain a definition for '${name}'`,
    hint: didYouMean(nearest),
  })),
  noMember: error("CS1061", (type: string, name: string, nearest: string | null) => ({
    message: `'${type}' does not contain a definition for '${name}' and no accessible extension method '${name}' accepting a first argument of type '${type}' could be found (are you missing a using directive or an assembly reference?)`,
    hint: didYouMean(nearest),
  })),
  needsObject: error(
    "CS0120",
    (member: string) => `An object reference is required for the non-static field, method, or property '${member}'`,
  ),
  isStaticMember: error("CS0176", (member: string, instead: string) => ({
    message: `Member '${member}' cannot be accessed with an instance reference; qualify it with a type name instead`,
    hint: `Write ${instead}.`,
  })),
  cannotBeRead: error(
    "CS0154",
    (name: string) => `The property or indexer '${name}' cannot be used in this context because it lacks the get accessor`,
  ),
  readOnlyMember: error("CS0200", (member: string) => `Property or indexer '${member}' cannot be assigned to -- it is read only`),

  // Constants
  constantOutOfRange: error(
    "CS0031",
    (value: string, type: string) => `Constant value '${value}' cannot be converted to a '${type}'`,
  ),
  constantOutOfRangeUnlessUnchecked: error(
    "CS0221",
    (value: string, type: string) =>
      `Constant value '${value}' cannot be converted to a '${type}' (use 'unchecked' syntax to override)`,
  ),
  divisionByZero: error("CS0020", "Division by constant zero"),
  decimalConstantFails: error("CS0463", "Evaluation of the decimal constant expression failed"),
  constantOverflows: error("CS0220", "The operation overflows at compile time in checked mode"),

  // Conversions
  noImplicitConversion: error("CS0029", (from: string, to: string) => `Cannot implicitly convert type '${from}' to '${to}'`),
  onlyExplicitConversion: error("CS0266", (from: string, to: string) => ({
    message: `Cannot implicitly convert type '${from}' to '${to}'. An explicit conversion exists (are you missing a cast?)`,
    hint: `Cast it: (${to})…`,
  })),
  noConversion: error("CS0030", (from: string, to: string) => `Cannot convert type '${from}' to '${to}'`),
  nullForValue: error("CS0037", (type: string) => `Cannot convert null to '${type}' because it is a non-nullable value type`),
  doubleLiteral: error("CS0664", (type: string, suffix: string, literal: string) => ({
    message: `Literal of type double cannot be implicitly converted to type '${type}'; use an '${suffix}' suffix to create a literal of this type`,
    hint: `Write ${literal}.`,
  })),
  methodsAreNoValue: error(
    "CS0428",
    (name: string) => `Cannot convert method group '${name}' to a value. Did you intend to invoke the method?`,
  ),
  methodsForOther: error("CS0428", (name: string, type: string) => ({
    message: `Cannot convert method group '${name}' to non-delegate type '${type}'. Did you intend to invoke the method?`,
    hint: `Write ${name}().`,
  })),
  noMethodForDelegate: error("CS0123", (name: string, type: string) => `No overload for '${name}' matches delegate '${type}'`),
  lambdaIsNoValue: error("CS1660", "Cannot convert lambda expression to a type that is not a delegate type"),
  lambdaForOther: error(
    "CS1660",
    (type: string) => `Cannot convert lambda expression to type '${type}' because it is not a delegate type`,
  ),
  defaultWithoutType: error("CS8716", "There is no target type for the default literal."),
  throwHere: error("CS8115", "A throw expression is not allowed in this context."),
  declarationHere: error("CS1525", "A declaration is only allowed as an out argument"),

  // Lambdas
  lambdaParameterCount: error("CS1593", (type: string, count: number) => `Delegate '${type}' does not take ${count} arguments`),
  lambdaParameterTypes: error(
    "CS1661",
    (type: string) =>
      `Cannot convert lambda expression to type '${type}' because the parameter types do not match the delegate parameter types`,
  ),
  notAStatement: error(
    "CS0201",
    "Only assignment, call, increment, decrement, and new object expressions can be used as a statement",
  ),
  lambdaReturnsNothing: error("CS8030", "Anonymous function converted to a void returning delegate cannot return a value"),
  valueExpected: error("CS0126", (type: string) => `An object of a type convertible to '${type}' is required`),
  lambdaReturnType: error(
    "CS1662",
    "Cannot convert lambda expression to intended delegate type because some of the return types in the block are not implicitly convertible to the delegate return type",
  ),
  lambdaEnds: error("CS1643", (type: string) => `Not all code paths return a value in lambda expression of type '${type}'`),

  // Calls
  notAMethod: error("CS0149", "Method name expected"),
  cannotBeCalled: error("CS1955", (name: string, hint: string) => ({
    message: `Non-invocable member '${name}' cannot be used like a method.`,
    hint,
  })),
  ambiguousCall: error(
    "CS0121",
    (first: string, second: string) =>
      `The call is ambiguous between the following methods or properties: '${first}' and '${second}'`,
  ),
  argumentMissing: error(
    "CS7036",
    (parameter: string, method: string) =>
      `There is no argument given that corresponds to the required formal parameter '${parameter}' of '${method}'`,
  ),
  noConstructor: error(
    "CS1729",
    (type: string, count: number) => `'${type}' does not contain a constructor that takes ${count} arguments`,
  ),
  noOverload: error("CS1501", (name: string, count: number) => `No overload for method '${name}' takes ${count} arguments`),
  notGenericMethod: error("CS0308", (method: string) => `The non-generic method '${method}' cannot be used with type arguments`),
  typeArgumentCount: error(
    "CS0305",
    (method: string, count: number) => `Using the generic method '${method}' requires ${count} type arguments`,
  ),
  typeArgumentsNotInferred: error(
    "CS0411",
    (method: string) =>
      `The type arguments for method '${method}' cannot be inferred from the usage. Try specifying the type arguments explicitly.`,
  ),
  namedBeforePositional: error(
    "CS1738",
    "Named argument specifications must appear after all fixed arguments have been specified",
  ),
  givenTwice: error(
    "CS1744",
    (name: string) => `Named argument '${name}' specifies a parameter for which a positional argument has already been given`,
  ),
  noParameter: error(
    "CS1739",
    (method: string, name: string) => `The best overload for '${method}' does not have a parameter named '${name}'`,
  ),
  keywordTooMuch: error(
    "CS1615",
    (position: number, keyword: string) => `Argument ${position} may not be passed with the '${keyword}' keyword`,
  ),
  keywordMissing: error("CS1620", (position: number, keyword: string) => ({
    message: `Argument ${position} must be passed with the '${keyword}' keyword`,
    hint: `Write ${keyword} before the argument.`,
  })),
  argumentType: error(
    "CS1503",
    (position: number, from: string, to: string) => `Argument ${position}: cannot convert from '${from}' to '${to}'`,
  ),
  propertyByReference: error("CS0206", "A property or indexer may not be passed as an out or ref parameter"),
  valueByReference: error("CS1510", "A ref or out value must be an assignable variable"),
} as const;
