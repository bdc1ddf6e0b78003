import SwiftSyntax

/// Changes of statements.
extension MutationVisitor {
  func visitStatements(_ list: CodeBlockItemListSyntax) {
    let isBody =
      list.parent?.parent?.is(FunctionDeclSyntax.self) == true || list.parent?.is(AccessorBlockSyntax.self) == true
    let isExit = list.parent?.parent?.is(GuardStmtSyntax.self) == true
    // The value of a body of one expression.
    let isValue = list.count == 1 && (isBody || list.parent?.is(ClosureExprSyntax.self) == true) && result != .nothing
    for (number, item) in list.enumerated() {
      if !isValue, !isExit { drop(item) }
      if case .stmt(let statement) = item.item { changeJump(statement, isExit: isExit) }
      // A return before anything else is what `return-nil` and dropped calls do.
      if number > 0 || !isBody, !isExit, !isValue { returnEarly(before: item) }
    }
    for (first, second) in zip(list, list.dropFirst())
    where isPlain(first) && isPlain(second) && mayMeet(first, second) {
      replace(
        first, through: second, with: "\(second.trimmedDescription); \(first.trimmedDescription)", .statementsSwapped)
    }
  }

  /// Whether an item is an expression for its effect alone, without branches.
  private func isPlain(_ item: CodeBlockItemSyntax) -> Bool {
    guard case .expr(let expression) = item.item else { return false }
    return expression.is(InfixOperatorExprSyntax.self) || expression.is(FunctionCallExprSyntax.self)
  }

  /// Whether two statements' order may matter: not that of assignments of which neither reads or writes what the other writes.
  private func mayMeet(_ first: CodeBlockItemSyntax, _ second: CodeBlockItemSyntax) -> Bool {
    guard let a = target(of: first), let b = target(of: second) else { return true }
    func names(_ item: CodeBlockItemSyntax) -> [String] { item.tokens(viewMode: .sourceAccurate).map(\.text) }
    return names(first).contains(b) || names(second).contains(a)
  }

  /// The variable that an assignment is to; nil where that is an element or something else that needs a look.
  private func target(of item: CodeBlockItemSyntax) -> String? {
    guard case .expr(let expression) = item.item,
      let left = expression.as(InfixOperatorExprSyntax.self)?.leftOperand
    else { return nil }
    return left.as(DeclReferenceExprSyntax.self)?.baseName.text
      ?? left.as(MemberAccessExprSyntax.self)?.declName.baseName.text
  }

  private func drop(_ item: CodeBlockItemSyntax) {
    guard case .expr(let expression) = item.item else { return }
    if expression.is(InfixOperatorExprSyntax.self) { return replace(item, with: "", .assignmentDropped) }
    guard let call = expression.as(FunctionCallExprSyntax.self) else { return }
    let called = call.calledExpression
    let name =
      called.as(MemberAccessExprSyntax.self)?.declName.baseName ?? called.as(DeclReferenceExprSyntax.self)?.baseName
    if let name, OtherSpellings.claims.contains(name.text) { return }
    let isStore = name.map { OtherSpellings.stores.contains($0.text) } ?? false
    replace(item, with: "", isStore ? .storeDropped : .callDropped)
  }

  private func changeJump(_ statement: StmtSyntax, isExit: Bool) {
    if let jump = statement.as(ContinueStmtSyntax.self) {
      if !isExit { replace(jump, with: "", .jumpChanged) }
      replace(jump.continueKeyword, with: "break", .jumpChanged)
    } else if let jump = statement.as(BreakStmtSyntax.self) {
      if !isExit { replace(jump, with: "", .jumpChanged) }
      replace(jump.breakKeyword, with: "continue", .jumpChanged)
    } else if let jump = statement.as(ReturnStmtSyntax.self) {
      if let value = jump.expression { return changeResult(value) }
      if !isExit { replace(jump, with: "", .jumpChanged) }
    }
  }

  /// The value of a body that is one expression.
  func changeOnlyExpression(of statements: CodeBlockItemListSyntax) {
    if statements.count == 1, case .expr(let value) = statements.first?.item,
      !value.is(IfExprSyntax.self), !value.is(SwitchExprSyntax.self)
    {
      changeResult(value)
    }
  }

  private func changeResult(_ value: ExprSyntax) {
    let text = value.trimmedDescription
    switch result {
    case .optional where text != "nil": replace(value, with: "nil", .returnNil)
    case .truth where !value.is(BooleanLiteralExprSyntax.self): replace(value, with: "!(\(text))", .returnChanged)
    case .number where !value.is(IntegerLiteralExprSyntax.self): replace(value, with: "(\(text)) + 1", .returnChanged)
    default: break
    }
  }

  private func returnEarly(before item: CodeBlockItemSyntax) {
    // It would return as well.
    if case .stmt(let statement) = item.item, statement.is(ReturnStmtSyntax.self) { return }
    switch result {
    case .nothing: insert("return; ", before: item, .earlyReturn)
    case .optional: insert("return nil; ", before: item, .earlyReturn)
    case .truth: insert("return false; ", before: item, .earlyReturn)
    case .number: insert("return 0; ", before: item, .earlyReturn)
    case .other: break
    }
  }
}
