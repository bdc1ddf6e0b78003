/// What a change does: mistakes that people make, one at a time.
enum MutationKind: String {
  /// `<` for `<=`, and the other way round.
  case comparisonBoundary = "comparison-boundary"
  /// `==` for `!=`, `<` for `>=`.
  case comparisonNegated = "comparison-negated"
  /// `+` for `-`, `*` for `/`.
  case arithmeticOperator = "arithmetic-operator"
  case bitwiseOperator = "bitwise-operator"
  case logicalOperator = "logical-operator"
  /// The other direction, or one bit more or less.
  case shift
  /// `+=` for `-=`, or `=` for either.
  case compoundAssignment = "compound-assignment"
  /// `..<` for `...`, or a bound one off.
  case rangeBound = "range-bound"
  /// `b - a` for `a - b`, `b < a` for `a < b`.
  case operandsSwapped = "operands-swapped"
  /// One side of `&&`, `||`, `??` or a sum alone.
  case operandDropped = "operand-dropped"
  case constantOffByOne = "constant-off-by-one"
  /// A constant with a fraction, twice or half of it.
  case constantScaled = "constant-scaled"
  case booleanFlipped = "boolean-flipped"
  case conditionTrue = "condition-true"
  case conditionFalse = "condition-false"
  /// `!`, `~` or `-` left out.
  case negationDropped = "negation-dropped"
  /// Two neighbours' values; the labels stay.
  case argumentsSwapped = "arguments-swapped"
  case minMax = "min-max"
  case narrowerInteger = "narrower-integer"
  case branchesSwapped = "branches-swapped"
  /// What a variable is given.
  case assignmentDropped = "assignment-dropped"
  /// What is written into memory.
  case storeDropped = "store-dropped"
  case callDropped = "call-dropped"
  /// `return`, `break` or `continue` left out, or the one for the other.
  case jumpChanged = "jump-changed"
  case earlyReturn = "early-return"
  case statementsSwapped = "statements-swapped"
  case returnNil = "return-nil"
  /// The other truth value, or one more.
  case returnChanged = "return-changed"
  /// `leadingZeroBitCount` for `trailingZeroBitCount`, `first` for `last`.
  case memberChanged = "member-changed"
}

/// Bytes of a file that are replaced.
struct Change: Comparable {
  var kind: MutationKind
  var offset: Int
  var length: Int
  var replacement: String
  /// The function, initializer or property that they stand in.
  var declaration: String

  static func < (a: Change, b: Change) -> Bool {
    (a.offset, a.length, a.kind.rawValue, a.replacement) < (b.offset, b.length, b.kind.rawValue, b.replacement)
  }
}
