import SwiftSyntax

/// Changes of operators and calls.
extension MutationVisitor {
  func visitOperator(_ node: InfixOperatorExprSyntax) {
    guard let token = node.operator.as(BinaryOperatorExprSyntax.self)?.operator else { return }
    let name = token.text
    for (kind, text) in OtherSpellings.operators[name] ?? [] { replace(token, with: text, kind) }
    let (left, right) = (operand(node.leftOperand), operand(node.rightOperand))
    if OtherSpellings.ordered.contains(name) { replace(node, with: "\(right) \(name) \(left)", .operandsSwapped) }
    if let sides = OtherSpellings.partial[name] {
      if sides.left { replace(node, with: left, .operandDropped) }
      if sides.right { replace(node, with: right, .operandDropped) }
    }
    if OtherSpellings.shifts.contains(name) {
      replace(node.rightOperand, with: "(\(right) &+ 1)", .shift)
      replace(node.rightOperand, with: "(\(right) &- 1)", .shift)
    }
    if OtherSpellings.ranges.contains(name) {
      replace(node.leftOperand, with: "(\(left) + 1)", .rangeBound)
      replace(node.rightOperand, with: "(\(right) - 1)", .rangeBound)
    }
  }

  /// An operand that may stand anywhere.
  private func operand(_ node: ExprSyntax) -> String {
    let text = node.trimmedDescription
    return node.is(InfixOperatorExprSyntax.self) || node.is(TernaryExprSyntax.self) ? "(\(text))" : text
  }

  func visitCall(_ node: FunctionCallExprSyntax) {
    let arguments = Array(node.arguments)
    let called = node.calledExpression.as(DeclReferenceExprSyntax.self)
    let name = called?.baseName.text ?? ""
    if let called, name == "min" || name == "max", arguments.count > 1 {
      // The order of what is compared is all the same.
      replace(called, with: name == "min" ? "max" : "min", .minMax)
    } else {
      for (first, second) in zip(arguments, arguments.dropFirst()) {
        let labels = [first, second].map { $0.label.map { "\($0.text): " } ?? "" }
        replace(
          first, through: second.expression,
          with: "\(labels[0])\(second.expression.trimmedDescription), "
            + "\(labels[1])\(first.expression.trimmedDescription)",
          .argumentsSwapped)
      }
    }
    guard let other = OtherSpellings.narrower[name], arguments.count == 1 else { return }
    let value = arguments[0].expression
    // What is cut off is gone before the wider type is there again.
    replace(value, with: "\(other)(truncatingIfNeeded: \(value.trimmedDescription))", .narrowerInteger)
  }
}
