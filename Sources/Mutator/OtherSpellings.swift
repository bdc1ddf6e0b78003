/// What stands for what: the tokens that change into others.
enum OtherSpellings {
  static let operators: [String: [(kind: MutationKind, text: String)]] = [
    "<": [(.comparisonBoundary, "<="), (.comparisonNegated, ">=")],
    "<=": [(.comparisonBoundary, "<"), (.comparisonNegated, ">")],
    ">": [(.comparisonBoundary, ">="), (.comparisonNegated, "<=")],
    ">=": [(.comparisonBoundary, ">"), (.comparisonNegated, "<")],
    "==": [(.comparisonNegated, "!=")],
    "!=": [(.comparisonNegated, "==")],
    "===": [(.comparisonNegated, "!==")],
    "!==": [(.comparisonNegated, "===")],
    "+": [(.arithmeticOperator, "-")],
    "-": [(.arithmeticOperator, "+")],
    "*": [(.arithmeticOperator, "/")],
    "/": [(.arithmeticOperator, "*"), (.arithmeticOperator, "%")],
    "%": [(.arithmeticOperator, "/")],
    "&+": [(.arithmeticOperator, "&-")],
    "&-": [(.arithmeticOperator, "&+")],
    "&*": [(.arithmeticOperator, "&+")],
    "&": [(.bitwiseOperator, "|")],
    "|": [(.bitwiseOperator, "&"), (.bitwiseOperator, "^")],
    "^": [(.bitwiseOperator, "|"), (.bitwiseOperator, "&")],
    "&&": [(.logicalOperator, "||")],
    "||": [(.logicalOperator, "&&")],
    "<<": [(.shift, ">>")],
    ">>": [(.shift, "<<")],
    "&<<": [(.shift, "&>>")],
    "&>>": [(.shift, "&<<")],
    "+=": [(.compoundAssignment, "-="), (.compoundAssignment, "=")],
    "-=": [(.compoundAssignment, "+="), (.compoundAssignment, "=")],
    "&+=": [(.compoundAssignment, "&-="), (.compoundAssignment, "=")],
    "&-=": [(.compoundAssignment, "&+="), (.compoundAssignment, "=")],
    "*=": [(.compoundAssignment, "/="), (.compoundAssignment, "=")],
    "/=": [(.compoundAssignment, "*="), (.compoundAssignment, "=")],
    "|=": [(.compoundAssignment, "&="), (.compoundAssignment, "=")],
    "&=": [(.compoundAssignment, "|="), (.compoundAssignment, "=")],
    "^=": [(.compoundAssignment, "|="), (.compoundAssignment, "=")],
    "<<=": [(.compoundAssignment, ">>="), (.compoundAssignment, "=")],
    ">>=": [(.compoundAssignment, "<<="), (.compoundAssignment, "=")],
    "..<": [(.rangeBound, "...")],
    "...": [(.rangeBound, "..<")],
  ]

  static let shifts: Set = ["<<", ">>", "&<<", "&>>"]
  static let ranges: Set = ["..<", "..."]
  /// Those whose operands' order matters.
  static let ordered: Set = [
    "<", "<=", ">", ">=", "-", "/", "%", "&-", "<<", ">>", "&<<", "&>>",
  ]
  /// Those of which one side makes sense alone, and which sides.
  static let partial: [String: (left: Bool, right: Bool)] = [
    "&&": (true, true), "||": (true, true), "??": (false, true), "+": (true, true), "&+": (true, true),
    "-": (true, false), "&-": (true, false), "&": (true, true), "|": (true, true), "^": (true, true),
    "*": (true, false), "&*": (true, false), "/": (true, false), "%": (true, false),
  ]

  static let members: [String: String] = [
    "trailingZeroBitCount": "leadingZeroBitCount", "leadingZeroBitCount": "trailingZeroBitCount",
    "first": "last", "last": "first", "lowerBound": "upperBound", "upperBound": "lowerBound",
    "allSatisfy": "contains", "removeFirst": "removeLast", "removeLast": "removeFirst", "min": "max", "max": "min",
  ]

  static let narrower: [String: String] = [
    "Int": "Int32", "UInt": "UInt32", "Int64": "Int32", "UInt64": "UInt32", "Int32": "Int16", "UInt32": "UInt16",
    "Int16": "Int8", "UInt16": "UInt8",
  ]

  /// Calls that write into memory.
  static let stores: Set = ["store", "fill", "copy", "atomicStore"]

  /// Calls that only say what is so already: what stands in them is left alone.
  static let claims: Set = ["precondition", "assert", "preconditionFailure", "assertionFailure", "fatalError"]
  /// Declarations that look at a subject and are no part of what it does.
  static let observers: Set = ["invariantViolations", "description", "debugDescription"]
}
