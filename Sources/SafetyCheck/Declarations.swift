import SwiftSyntax

/// What the files of a submission declare, all together: names mean these, or what the standard library has.
final class Declarations: SyntaxVisitor {
  /// A type that was declared, of any kind. A name may have several.
  private(set) var types: [String: [Syntax]] = [:]
  /// Constants and variables outside of functions.
  private(set) var variables: [String: [VariableDeclSyntax]] = [:]
  /// What else a name may be: functions, parameters, protocols, generic parameters.
  private(set) var others: Set<String> = []
  /// Every declared name that begins with an underscore.
  private(set) var underscored: Set<String> = []
  /// What operators of the submission's own give back; nil where one gives nothing.
  private(set) var operatorResults: [TypeSyntax?] = []

  init() { super.init(viewMode: .sourceAccurate) }

  override func visit(_ node: StructDeclSyntax) -> SyntaxVisitorContinueKind { add(node.name, type: node) }
  override func visit(_ node: EnumDeclSyntax) -> SyntaxVisitorContinueKind { add(node.name, type: node) }
  override func visit(_ node: ClassDeclSyntax) -> SyntaxVisitorContinueKind { add(node.name, type: node) }
  override func visit(_ node: ActorDeclSyntax) -> SyntaxVisitorContinueKind { add(node.name, type: node) }
  override func visit(_ node: TypeAliasDeclSyntax) -> SyntaxVisitorContinueKind { add(node.name, type: node) }
  override func visit(_ node: ProtocolDeclSyntax) -> SyntaxVisitorContinueKind { add(node.name, type: node) }
  override func visit(_ node: GenericParameterSyntax) -> SyntaxVisitorContinueKind { add(node.name, type: node) }
  override func visit(_ node: AssociatedTypeDeclSyntax) -> SyntaxVisitorContinueKind { add(node.name, type: node) }

  override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind {
    switch node.name.tokenKind {
    case .identifier, .keyword: break
    default: operatorResults.append(node.signature.returnClause?.type)
    }
    return add(other: node.name)
  }

  override func visit(_ node: VariableDeclSyntax) -> SyntaxVisitorContinueKind {
    for binding in node.bindings {
      for token in binding.pattern.tokens(viewMode: .sourceAccurate) {
        if case .identifier = token.tokenKind {
          note(token)
          // A property wrapper declares a second one.
          if !node.attributes.isEmpty { underscored.insert("_" + token.plain) }
          if !node.isInFunction { variables[token.plain, default: []].append(node) }
        }
      }
    }
    return .visitChildren
  }

  override func visit(_ node: IdentifierPatternSyntax) -> SyntaxVisitorContinueKind {
    note(node.identifier)
    return .visitChildren
  }

  override func visit(_ node: FunctionParameterSyntax) -> SyntaxVisitorContinueKind {
    note(node.firstName)
    node.secondName.map(note)
    return .visitChildren
  }

  override func visit(_ node: ClosureShorthandParameterSyntax) -> SyntaxVisitorContinueKind { add(other: node.name) }
  override func visit(_ node: ClosureParameterSyntax) -> SyntaxVisitorContinueKind { add(other: node.firstName) }
  override func visit(_ node: EnumCaseElementSyntax) -> SyntaxVisitorContinueKind { add(other: node.name) }
  override func visit(_ node: MacroDeclSyntax) -> SyntaxVisitorContinueKind { add(other: node.name) }

  private func add(_ name: TokenSyntax, type: some SyntaxProtocol) -> SyntaxVisitorContinueKind {
    types[name.plain, default: []].append(Syntax(type))
    note(name)
    return .visitChildren
  }

  private func add(other name: TokenSyntax) -> SyntaxVisitorContinueKind {
    others.insert(name.plain)
    note(name)
    return .visitChildren
  }

  private func note(_ name: TokenSyntax) {
    if name.plain.hasPrefix("_") { underscored.insert(name.plain) }
  }
}

extension VariableDeclSyntax {
  /// Whether it stands in the body of a function, an accessor or a closure.
  var isInFunction: Bool {
    var node = parent
    while let current = node {
      if current.is(CodeBlockSyntax.self) || current.is(ClosureExprSyntax.self) || current.is(AccessorBlockSyntax.self)
      {
        return true
      }
      if current.is(MemberBlockSyntax.self) { return false }
      node = current.parent
    }
    return false
  }

  /// Whether there is one of it, whatever number of values its type has.
  var isGlobal: Bool {
    if isInFunction { return false }
    if modifiers.contains(where: { ["static", "class"].contains($0.name.text) }) { return true }
    var node = parent
    while let current = node {
      if current.is(MemberBlockSyntax.self) { return false }
      node = current.parent
    }
    return true
  }
}

extension PatternBindingSyntax {
  /// Whether it has a place in memory, and not only accessors that compute it.
  var isStored: Bool {
    guard let block = accessorBlock else { return true }
    guard case .accessors(let accessors) = block.accessors else { return false }
    return accessors.allSatisfy { ["willSet", "didSet"].contains($0.accessorSpecifier.text) }
  }
}

extension TokenSyntax {
  /// The text without backticks.
  var plain: String { isQuoted ? String(text.dropFirst().dropLast()) : text }

  /// Whether it is an identifier in backticks, which is never a keyword.
  var isQuoted: Bool { text.count > 2 && text.hasPrefix("`") && text.hasSuffix("`") }
}
