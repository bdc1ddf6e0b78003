import SwiftSyntax

/// The names of the types that a file declares, wherever it does: such a name means the file's own type, since the compiler is
/// told not to import `_Concurrency`, whose types might otherwise be meant.
final class OwnTypes: SyntaxVisitor {
  private var found: Set<String> = []

  static func names(in tree: SourceFileSyntax) -> Set<String> {
    let visitor = OwnTypes(viewMode: .sourceAccurate)
    visitor.walk(tree)
    return visitor.found
  }

  override func visit(_ node: StructDeclSyntax) -> SyntaxVisitorContinueKind { add(node.name) }
  override func visit(_ node: EnumDeclSyntax) -> SyntaxVisitorContinueKind { add(node.name) }
  override func visit(_ node: ClassDeclSyntax) -> SyntaxVisitorContinueKind { add(node.name) }
  override func visit(_ node: ProtocolDeclSyntax) -> SyntaxVisitorContinueKind { add(node.name) }
  override func visit(_ node: TypeAliasDeclSyntax) -> SyntaxVisitorContinueKind { add(node.name) }
  override func visit(_ node: GenericParameterSyntax) -> SyntaxVisitorContinueKind { add(node.name) }

  private func add(_ name: TokenSyntax) -> SyntaxVisitorContinueKind {
    found.insert(name.plain)
    return .visitChildren
  }
}

extension TokenSyntax {
  /// The text without backticks.
  var plain: String { isQuoted ? String(text.dropFirst().dropLast()) : text }

  /// Whether it is an identifier in backticks, which is never a keyword.
  var isQuoted: Bool { text.count > 2 && text.hasPrefix("`") && text.hasSuffix("`") }
}
