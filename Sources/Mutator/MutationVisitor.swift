import SwiftSyntax

/// Finds the changes that a file may be given. It walks over a tree whose operators are folded.
final class MutationVisitor: SyntaxVisitor {
  private(set) var changes: [Change] = []
  /// The declarations that are being walked through, the innermost last.
  private var bodies: [Body] = []

  /// What a function, an accessor or a closure gives back.
  struct Body {
    enum Result { case nothing, optional, truth, number, other }
    var name: String
    var result: Result
  }

  init() { super.init(viewMode: .sourceAccurate) }

  var result: Body.Result { bodies.last?.result ?? .other }

  // MARK: - Telling changes

  func replace(_ node: some SyntaxProtocol, with text: String, _ kind: MutationKind) {
    add(kind, at: node.positionAfterSkippingLeadingTrivia, node.trimmedLength.utf8Length, text)
  }

  /// Replaces all from the beginning of a node to the end of another, which comes behind it.
  func replace(
    _ first: some SyntaxProtocol, through last: some SyntaxProtocol, with text: String, _ kind: MutationKind
  ) {
    let start = first.positionAfterSkippingLeadingTrivia
    add(kind, at: start, last.endPositionBeforeTrailingTrivia.utf8Offset - start.utf8Offset, text)
  }

  func insert(_ text: String, before node: some SyntaxProtocol, _ kind: MutationKind) {
    add(kind, at: node.positionAfterSkippingLeadingTrivia, 0, text)
  }

  private func add(_ kind: MutationKind, at position: AbsolutePosition, _ length: Int, _ text: String) {
    let names = bodies.map(\.name).filter { !$0.isEmpty }
    changes.append(
      Change(
        kind: kind, offset: position.utf8Offset, length: length, replacement: text,
        declaration: names.isEmpty ? "the file" : names.joined(separator: ".")))
  }

  // MARK: - Declarations

  private static func result(of type: TypeSyntax?) -> Body.Result {
    guard let type else { return .nothing }
    if type.is(OptionalTypeSyntax.self) { return .optional }
    switch type.trimmedDescription {
    case "Void", "()": return .nothing
    case "Bool": return .truth
    case "Int", "UInt", "UInt64", "UInt32", "Int64", "Double": return .number
    default: return .other
    }
  }

  private func enter(_ name: String, _ result: Body.Result) -> SyntaxVisitorContinueKind {
    bodies.append(Body(name: name, result: result))
    return .visitChildren
  }

  /// A type has no result; its name says where its members are.
  private func enter(type name: String, _ inherited: InheritanceClauseSyntax?) -> SyntaxVisitorContinueKind {
    let types = inherited?.inheritedTypes.map { $0.type.trimmedDescription } ?? []
    bodies.append(Body(name: name, result: .other))
    // What a subject says of itself is never judged.
    return types == ["InvariantChecking"] ? .skipChildren : .visitChildren
  }

  override func visit(_ node: StructDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(type: node.name.text, node.inheritanceClause)
  }
  override func visitPost(_ node: StructDeclSyntax) { bodies.removeLast() }
  override func visit(_ node: ClassDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(type: node.name.text, node.inheritanceClause)
  }
  override func visitPost(_ node: ClassDeclSyntax) { bodies.removeLast() }
  override func visit(_ node: EnumDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(type: node.name.text, node.inheritanceClause)
  }
  override func visitPost(_ node: EnumDeclSyntax) { bodies.removeLast() }
  override func visit(_ node: ExtensionDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(type: node.extendedType.trimmedDescription, node.inheritanceClause)
  }
  override func visitPost(_ node: ExtensionDeclSyntax) { bodies.removeLast() }

  override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind {
    let name = node.name.text
    _ = enter(name, Self.result(of: node.signature.returnClause?.type))
    if OtherSpellings.observers.contains(name) { return .skipChildren }
    if let body = node.body { changeOnlyExpression(of: body.statements) }
    return .visitChildren
  }
  override func visitPost(_ node: FunctionDeclSyntax) { bodies.removeLast() }

  override func visit(_ node: InitializerDeclSyntax) -> SyntaxVisitorContinueKind {
    enter("init", node.optionalMark == nil ? .nothing : .optional)
  }
  override func visitPost(_ node: InitializerDeclSyntax) { bodies.removeLast() }

  override func visit(_ node: SubscriptDeclSyntax) -> SyntaxVisitorContinueKind {
    enter("subscript", Self.result(of: node.returnClause.type))
  }
  override func visitPost(_ node: SubscriptDeclSyntax) { bodies.removeLast() }

  override func visit(_ node: AccessorDeclSyntax) -> SyntaxVisitorContinueKind {
    enter("", node.accessorSpecifier.text == "get" ? result : .nothing)
  }
  override func visitPost(_ node: AccessorDeclSyntax) { bodies.removeLast() }

  override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { enter("", .other) }
  override func visitPost(_ node: ClosureExprSyntax) { bodies.removeLast() }

  override func visit(_ node: PatternBindingSyntax) -> SyntaxVisitorContinueKind {
    guard let block = node.accessorBlock else { return .visitChildren }
    let name = node.pattern.trimmedDescription
    _ = enter(name, Self.result(of: node.typeAnnotation?.type))
    if OtherSpellings.observers.contains(name) { return .skipChildren }
    if case .getter(let statements) = block.accessors { changeOnlyExpression(of: statements) }
    return .visitChildren
  }
  override func visitPost(_ node: PatternBindingSyntax) { if node.accessorBlock != nil { bodies.removeLast() } }

  // MARK: - What is left alone

  override func visit(_ node: AttributeSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: ImportDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: IfConfigDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: StringLiteralExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: InheritanceClauseSyntax) -> SyntaxVisitorContinueKind { .skipChildren }

  // MARK: - Expressions

  override func visit(_ node: InfixOperatorExprSyntax) -> SyntaxVisitorContinueKind {
    visitOperator(node)
    return .visitChildren
  }

  override func visit(_ node: FunctionCallExprSyntax) -> SyntaxVisitorContinueKind {
    if let name = node.calledExpression.as(DeclReferenceExprSyntax.self)?.baseName.text,
      OtherSpellings.claims.contains(name)
    {
      return .skipChildren
    }
    visitCall(node)
    return .visitChildren
  }

  override func visit(_ node: IntegerLiteralExprSyntax) -> SyntaxVisitorContinueKind {
    guard let value = node.representedLiteralValue else { return .visitChildren }
    if value < Int.max { replace(node, with: "\(value + 1)", .constantOffByOne) }
    if value > 0 { replace(node, with: "\(value - 1)", .constantOffByOne) }
    return .visitChildren
  }

  override func visit(_ node: FloatLiteralExprSyntax) -> SyntaxVisitorContinueKind {
    guard let value = node.representedLiteralValue, value != 0 else { return .visitChildren }
    replace(node, with: "\(value * 2)", .constantScaled)
    replace(node, with: "\(value / 2)", .constantScaled)
    return .visitChildren
  }

  override func visit(_ node: BooleanLiteralExprSyntax) -> SyntaxVisitorContinueKind {
    replace(node, with: node.literal.text == "true" ? "false" : "true", .booleanFlipped)
    return .visitChildren
  }

  override func visit(_ node: PrefixOperatorExprSyntax) -> SyntaxVisitorContinueKind {
    if ["!", "~", "-"].contains(node.operator.text) {
      replace(node, with: node.expression.trimmedDescription, .negationDropped)
    }
    return .visitChildren
  }

  override func visit(_ node: MemberAccessExprSyntax) -> SyntaxVisitorContinueKind {
    if let other = OtherSpellings.members[node.declName.baseName.text] {
      replace(node.declName, with: other, .memberChanged)
    }
    return .visitChildren
  }

  override func visit(_ node: DeclReferenceExprSyntax) -> SyntaxVisitorContinueKind {
    guard let other = OtherSpellings.narrower[node.baseName.text] else { return .visitChildren }
    let isCalled = node.parent?.as(FunctionCallExprSyntax.self)?.calledExpression.id == node.id
    let member = node.parent?.as(MemberAccessExprSyntax.self)
    let isBase = member?.base?.id == node.id
    // The type that something is read or written as, or the largest value of it.
    if isCalled || isBase, node.baseName.text != "Int" { replace(node, with: other, .narrowerInteger) }
    return .visitChildren
  }

  override func visit(_ node: TernaryExprSyntax) -> SyntaxVisitorContinueKind {
    force(node.condition)
    let (first, second) = (node.thenExpression.trimmedDescription, node.elseExpression.trimmedDescription)
    replace(node.thenExpression, through: node.elseExpression, with: "\(second) : \(first)", .branchesSwapped)
    return .visitChildren
  }

  override func visit(_ node: ConditionElementSyntax) -> SyntaxVisitorContinueKind {
    if case .expression(let condition) = node.condition { force(condition) }
    return .visitChildren
  }

  override func visit(_ node: WhereClauseSyntax) -> SyntaxVisitorContinueKind {
    force(node.condition)
    return .visitChildren
  }

  private func force(_ condition: ExprSyntax) {
    if condition.is(BooleanLiteralExprSyntax.self) { return }
    replace(condition, with: "true", .conditionTrue)
    replace(condition, with: "false", .conditionFalse)
  }

  // MARK: - Statements

  override func visit(_ node: IfExprSyntax) -> SyntaxVisitorContinueKind {
    if case .codeBlock(let other) = node.elseBody {
      replace(
        node.body, through: other, with: "\(other.trimmedDescription) else \(node.body.trimmedDescription)",
        .branchesSwapped)
    }
    return .visitChildren
  }

  override func visit(_ node: CodeBlockItemListSyntax) -> SyntaxVisitorContinueKind {
    visitStatements(node)
    return .visitChildren
  }
}
