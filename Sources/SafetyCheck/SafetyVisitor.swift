import SwiftSyntax

/// Something that a submission may not have.
struct SafetyFinding {
  var position: AbsolutePosition
  /// What it is.
  var what: String
  /// What to write instead.
  var remedy: String
}

/// Finds what is not safe Swift in a tree. It looks into every branch of an `#if`, and at tokens that the parser could make no
/// sense of as well: where the compiler's own parser and this one might differ, it refuses.
final class SafetyVisitor: SyntaxVisitor {
  private(set) var findings: [SafetyFinding] = []
  private var positions: Set<AbsolutePosition> = []
  /// So many are told of at most; the first are what matters.
  private static let most = 20
  private let modules: Set<String>
  private let declarations: Declarations
  private let plain: PlainValues

  /// Whether the file is no Swift at all, or a brace is missing somewhere; then the compiler says it better.
  private let isBroken: Bool

  init(admitting modules: Set<String>, _ declarations: Declarations, isBroken: Bool) {
    self.isBroken = isBroken
    self.modules = modules
    self.declarations = declarations
    plain = PlainValues(declarations)
    super.init(viewMode: .sourceAccurate)
  }

  private func report(_ node: some SyntaxProtocol, _ what: String, _ remedy: String) {
    let position = node.positionAfterSkippingLeadingTrivia
    // One finding a place: an actor is one by its tree and by its token.
    guard findings.count < Self.most, positions.insert(position).inserted else { return }
    findings.append(SafetyFinding(position: position, what: what, remedy: remedy))
  }

  override func visit(_ node: ImportDeclSyntax) -> SyntaxVisitorContinueKind {
    let module = node.path.first?.name.plain ?? ""
    if !modules.contains(module) {
      let admitted = modules.subtracting(["Swift"]).sorted().joined(separator: ", ")
      report(node, "import of '\(SafetyRules.brief(module))'", "only \(admitted) may be imported; remove this line")
    }
    return .visitChildren
  }

  override func visit(_ node: AttributeSyntax) -> SyntaxVisitorContinueKind {
    let name = String(node.attributeName.trimmedDescription.filter { $0 != "`" }.prefix { $0 != "<" })
    if SafetyRules.attributes.contains(name) || isOwnAttribute(name) { return .visitChildren }
    report(node, "attribute '@\(SafetyRules.brief(name))'", SafetyRules.remedy(forAttribute: name))
    // The name itself would be found again.
    return .skipChildren
  }

  /// Whether an attribute is a property wrapper or a result builder of the file's own: the compiler's own attributes, which a type
  /// of the same name does not hide, begin with a small letter, or with those of a library for another system.
  private func isOwnAttribute(_ name: String) -> Bool {
    guard declarations.types[name] != nil, let first = name.first, first.isASCII, first.isUppercase else {
      return false
    }
    return !SafetyRules.foreignAttributes.contains(where: name.hasPrefix)
  }

  override func visit(_ node: VariableDeclSyntax) -> SyntaxVisitorContinueKind {
    guard node.isGlobal else { return .visitChildren }
    for binding in node.bindings where binding.isStored {
      let name = SafetyRules.brief(binding.pattern.trimmedDescription.filter { $0 != "`" })
      if node.bindingSpecifier.text != "let" {
        report(binding, "the variable '\(name)', of which there is only one", SafetyRules.state)
      } else if !plain.isPlain(binding, of: node) {
        report(
          binding, "the constant '\(name)', which may hold something that changes",
          "write its type, made of plain values, as in 'let \(name): [Int]', or \(SafetyRules.state)")
      }
    }
    return .visitChildren
  }

  override func visit(_ node: ActorDeclSyntax) -> SyntaxVisitorContinueKind {
    reportActor(node.actorKeyword)
    return .visitChildren
  }

  private func reportActor(_ node: some SyntaxProtocol) {
    report(node, "an actor", "use a struct or a final class that the allocator owns; everything runs in one thread")
  }

  override func visit(_ node: MacroDeclSyntax) -> SyntaxVisitorContinueKind {
    report(node, "declaration of a macro", "write a function instead")
    return .visitChildren
  }

  override func visit(_ node: MacroExpansionExprSyntax) -> SyntaxVisitorContinueKind {
    reportMacro(node.macroName, at: node)
    return .visitChildren
  }

  override func visit(_ node: MacroExpansionDeclSyntax) -> SyntaxVisitorContinueKind {
    reportMacro(node.macroName, at: node)
    return .visitChildren
  }

  private func reportMacro(_ name: TokenSyntax, at node: some SyntaxProtocol) {
    if SafetyRules.macros.contains(name.plain) { return }
    report(node, "macro '#\(SafetyRules.brief(name.plain))'", "write out what it stands for")
  }

  override func visit(_ node: PoundSourceLocationSyntax) -> SyntaxVisitorContinueKind {
    report(node, "'#sourceLocation'", "remove this line; messages name the file's own lines")
    return .visitChildren
  }

  override func visit(_ node: CodeBlockItemSyntax) -> SyntaxVisitorContinueKind {
    if isBroken { return .visitChildren }
    // In the file itself, or in an `#if` there.
    var parent = node.parent?.parent
    while let clause = parent?.as(IfConfigClauseSyntax.self) { parent = clause.parent?.parent?.parent?.parent?.parent }
    guard parent?.is(SourceFileSyntax.self) == true else { return .visitChildren }
    if node.item.is(MacroExpansionExprSyntax.self) { return .visitChildren }
    if !node.item.is(DeclSyntax.self) {
      report(node, "code outside of any declaration", "move it into a method of your type")
    }
    return .visitChildren
  }

  override func visit(_ token: TokenSyntax) -> SyntaxVisitorContinueKind {
    switch token.tokenKind {
    case .keyword, .identifier: examine(token)
    case .colonColon:
      report(token, "a module's name before '::'", "write the name alone")
    default: break
    }
    return .visitChildren
  }

  private func examine(_ token: TokenSyntax) {
    let name = token.plain
    if name.utf8.first == UInt8(ascii: "_") { return examine(underscored: name, at: token) }
    let isActor = name == "actor"
    guard isActor || SafetyRules.words[name] != nil || SafetyRules.names[name] != nil else { return }
    // `.async` is a member, and `async:` a label; what follows a dot or comes before a colon is no keyword.
    let isMember = token.previousToken(viewMode: .sourceAccurate)?.tokenKind == .period
    let next = token.nextToken(viewMode: .sourceAccurate)
    let isCase = token.parent?.is(EnumCaseElementSyntax.self) == true
    if !token.isQuoted, !isMember, !isCase, next?.tokenKind != .colon, let remedy = SafetyRules.words[name] {
      return report(token, "'\(name)'", remedy)
    }
    if isActor, !token.isQuoted, !isMember, case .identifier = next?.tokenKind,
      !(token.trailingTrivia + (next?.leadingTrivia ?? [])).contains(where: \.isNewline)
    {
      return reportActor(token)
    }
    // A type of the submission's own; but `Swift.Task` is not, whatever is declared.
    if !isMember, declarations.types[name] != nil { return }
    if let remedy = SafetyRules.names[name] { report(token, "'\(name)'", remedy) }
  }

  /// The standard library keeps names with an underscore for itself, and not all that are dangerous are marked as unsafe.
  private func examine(underscored name: String, at token: TokenSyntax) {
    if name == "_" || SafetyRules.underscoredWords.contains(name) { return }
    let brief = SafetyRules.brief(name)
    if let remedy = SafetyRules.names[name] { return report(token, "'\(brief)'", remedy) }
    if !declarations.underscored.contains(name) {
      report(token, "'\(brief)', which is not declared in the submission", "use what is documented instead")
    } else if StandardNames.all.contains(name), !SafetyRules.commonNames.contains(name) {
      report(token, "'\(brief)', a name that the standard library keeps for itself", "choose another name")
    }
  }
}
