import SwiftSyntax

/// Tells which constants are plain values: numbers, texts, and what is made of them. Whatever else a constant may hold, it may
/// lead to an object that changes, and so outlive a subject; that a type calls itself `Sendable` says less than it seems to.
final class PlainValues {
  private let declarations: Declarations
  /// Types that are being looked at: one that holds itself is as plain as its other parts.
  private var open: Set<String> = []
  private var openBindings: Set<SyntaxIdentifier> = []

  init(_ declarations: Declarations) { self.declarations = declarations }

  /// Types of the standard library and of AllocLab that are values through and through.
  private static let types: Set<String> = [
    "Int", "Int8", "Int16", "Int32", "Int64", "Int128", "UInt", "UInt8", "UInt16", "UInt32", "UInt64", "UInt128",
    "Bool",
    "Float", "Float16", "Double", "Character", "String", "Substring", "StaticString", "Void", "Never", "Duration",
    "Address", "Layout",
  ]

  /// Types that are as plain as what they are made of.
  private static let containers: Set<String> = [
    "Array", "ArraySlice", "ContiguousArray", "Set", "Dictionary", "Optional", "Range", "ClosedRange",
    "PartialRangeFrom", "InlineArray", "CollectionOfOne", "StrideTo", "StrideThrough",
  ]

  /// Members of plain types that are plain, and that no student's own code has to declare.
  private static let members: Set<String> = [
    "pageSize", "size", "stride", "alignment", "max", "min", "bitWidth", "zero", "pi", "infinity",
  ]

  /// The words that choose the types of literals.
  private static let literalTypes: Set<String> = [
    "IntegerLiteralType", "FloatLiteralType", "BooleanLiteralType", "StringLiteralType", "UnicodeScalarType",
    "ExtendedGraphemeClusterType", "UnicodeScalarLiteralType", "ExtendedGraphemeClusterLiteralType",
  ]

  /// Whether a stored constant or variable holds a plain value.
  func isPlain(_ binding: PatternBindingSyntax, of declaration: VariableDeclSyntax) -> Bool {
    // A property wrapper holds it.
    let isWrapped = declaration.attributes.contains { attribute in
      guard let name = attribute.as(AttributeSyntax.self)?.attributeName.trimmedDescription else { return true }
      return !SafetyRules.attributes.contains(name)
    }
    guard !isWrapped else { return false }
    let odd = ["lazy", "weak", "unowned"]
    guard !declaration.modifiers.contains(where: { odd.contains($0.name.text) }) else { return false }
    if let type = declaredType(of: binding, in: declaration) { return isPlain(type) }
    openBindings.insert(binding.id)
    defer { openBindings.remove(binding.id) }
    return binding.initializer.map { isPlain($0.value) } ?? false
  }

  /// The type that is written beside a name; in `let a, b: Int` it is written once.
  private func declaredType(of binding: PatternBindingSyntax, in declaration: VariableDeclSyntax) -> TypeSyntax? {
    if let type = binding.typeAnnotation?.type { return type }
    guard binding.initializer == nil else { return nil }
    let later = declaration.bindings.drop { $0.id != binding.id }
    return later.lazy.compactMap { $0.typeAnnotation?.type }.first
  }

  func isPlain(_ type: TypeSyntax) -> Bool {
    if let array = type.as(ArrayTypeSyntax.self) { return isPlain(array.element) }
    if let inline = type.as(InlineArrayTypeSyntax.self) { return isPlain(argument: inline.element.argument) }
    if let map = type.as(DictionaryTypeSyntax.self) { return isPlain(map.key) && isPlain(map.value) }
    if let optional = type.as(OptionalTypeSyntax.self) { return isPlain(optional.wrappedType) }
    if let tuple = type.as(TupleTypeSyntax.self) { return tuple.elements.allSatisfy { isPlain($0.type) } }
    if let member = type.as(MemberTypeSyntax.self) {
      // `Swift.Int` is never one of the submission's own.
      guard let base = member.firstToken(viewMode: .sourceAccurate), declarations.types[base.plain] != nil else {
        return isPlain(standard: member.name.plain, member.genericArgumentClause)
      }
      return isPlain(name: member.name, member.genericArgumentClause)
    }
    if let name = type.as(IdentifierTypeSyntax.self) { return isPlain(name: name.name, name.genericArgumentClause) }
    return false
  }

  private func isPlain(argument: GenericArgumentSyntax.Argument) -> Bool {
    switch argument {
    case .type(let type): isPlain(type)
    default: true
    }
  }

  private func isPlain(name token: TokenSyntax, _ arguments: GenericArgumentClauseSyntax?) -> Bool {
    let name = token.plain
    // A function or a constant of that name might be meant where a value stands.
    if declarations.others.contains(name) { return false }
    if let own = declarations.types[name] {
      return arguments == nil && own.allSatisfy { isPlain(own: $0, named: name) }
    }
    return isPlain(standard: name, arguments)
  }

  private func isPlain(standard name: String, _ arguments: GenericArgumentClauseSyntax?) -> Bool {
    guard let arguments else { return Self.types.contains(name) }
    return Self.containers.contains(name)
      && arguments.arguments.allSatisfy { isPlain(argument: $0.argument) || isCount($0) }
  }

  /// Whether a generic argument is a number, as that of `InlineArray`.
  private func isCount(_ argument: GenericArgumentSyntax) -> Bool {
    argument.trimmedDescription.allSatisfy { $0.isNumber || $0 == "_" }
  }

  private func isPlain(own declaration: Syntax, named name: String) -> Bool {
    guard open.insert(name).inserted else {
      return declaration.is(StructDeclSyntax.self) || declaration.is(EnumDeclSyntax.self)
    }
    defer { open.remove(name) }
    if let alias = declaration.as(TypeAliasDeclSyntax.self) {
      return alias.genericParameterClause == nil && isPlain(alias.initializer.value)
    }
    if let type = declaration.as(StructDeclSyntax.self) {
      return type.genericParameterClause == nil && membersArePlain(type.memberBlock)
    }
    if let type = declaration.as(EnumDeclSyntax.self) {
      return type.genericParameterClause == nil && membersArePlain(type.memberBlock)
    }
    return false
  }

  /// Whether each value of a type holds only plain values; its types and functions do not lie in it.
  private func membersArePlain(_ block: MemberBlockSyntax) -> Bool { membersArePlain(block.members) }

  private func membersArePlain(_ members: MemberBlockItemListSyntax) -> Bool {
    members.allSatisfy { item in
      if let variable = item.decl.as(VariableDeclSyntax.self) {
        return variable.isGlobal
          || variable.bindings.allSatisfy { !$0.isStored || isPlain($0, of: variable) }
      }
      if let cases = item.decl.as(EnumCaseDeclSyntax.self) {
        return cases.elements.allSatisfy { $0.parameterClause?.parameters.allSatisfy { isPlain($0.type) } ?? true }
      }
      if let branches = item.decl.as(IfConfigDeclSyntax.self) {
        return branches.clauses.allSatisfy { clause in
          switch clause.elements {
          case .decls(let members): membersArePlain(members)
          case nil: true
          default: false
          }
        }
      }
      return true
    }
  }

  /// Whether an expression is a plain value, whatever is known of its type.
  private func isPlain(_ value: ExprSyntax) -> Bool {
    if value.is(IntegerLiteralExprSyntax.self) || value.is(FloatLiteralExprSyntax.self)
      || value.is(BooleanLiteralExprSyntax.self) || value.is(StringLiteralExprSyntax.self)
    {
      return literalsArePlain
    }
    if let prefixed = value.as(PrefixOperatorExprSyntax.self) {
      return operatorsArePlain && isPlain(prefixed.expression)
    }
    if let sequence = value.as(SequenceExprSyntax.self) { return isPlain(sequence) }
    if let tuple = value.as(TupleExprSyntax.self) { return tuple.elements.allSatisfy { isPlain($0.expression) } }
    if let array = value.as(ArrayExprSyntax.self) {
      return !array.elements.isEmpty && array.elements.allSatisfy { isPlain($0.expression) }
    }
    if let map = value.as(DictionaryExprSyntax.self), case .elements(let elements) = map.content {
      return elements.allSatisfy { isPlain($0.key) && isPlain($0.value) }
    }
    if let name = value.as(DeclReferenceExprSyntax.self) {
      return name.argumentNames == nil && isConstant(name.baseName)
    }
    if let member = value.as(MemberAccessExprSyntax.self) { return member.base != nil && isConstant(member) }
    if let call = value.as(FunctionCallExprSyntax.self) { return isPlain(call) }
    return false
  }

  /// Whether nobody gave literals another type.
  private var literalsArePlain: Bool {
    Self.literalTypes.allSatisfy { name in
      declarations.types[name]?.allSatisfy { isPlain(own: $0, named: name) } ?? true
    }
  }

  private var operatorsArePlain: Bool { declarations.operatorResults.allSatisfy { $0.map(isPlain) ?? true } }

  private func isPlain(_ sequence: SequenceExprSyntax) -> Bool {
    guard operatorsArePlain else { return false }
    return sequence.elements.allSatisfy { element in
      // The last operand stands after it in the sequence.
      if let ternary = element.as(UnresolvedTernaryExprSyntax.self) { return isPlain(ternary.thenExpression) }
      return element.is(BinaryOperatorExprSyntax.self) || isPlain(element)
    }
  }

  /// `T(…)`, where `T` is a plain type, is one of its values whatever it is made from; so are arrays.
  private func isPlain(_ call: FunctionCallExprSyntax) -> Bool {
    let called = call.calledExpression
    if let name = called.as(DeclReferenceExprSyntax.self) {
      if name.baseName.plain == "Array", !isDeclared("Array") {
        return call.arguments.first?.label?.text == "repeating"
          && call.arguments.first.map { isPlain($0.expression) } == true
      }
      return declarations.variables[name.baseName.plain] == nil && isPlain(name: name.baseName, nil)
    }
    if let member = called.as(MemberAccessExprSyntax.self) {
      let name = member.declName.baseName
      // `Outer.Inner(…)`, both of the submission's own.
      guard let outer = member.base?.as(DeclReferenceExprSyntax.self), declarations.types[outer.baseName.plain] != nil,
        declarations.types[name.plain] != nil, declarations.variables[name.plain] == nil
      else { return false }
      return isPlain(name: name, nil)
    }
    if let array = called.as(ArrayExprSyntax.self), array.elements.count == 1,
      let element = array.elements.first?.expression.as(DeclReferenceExprSyntax.self)
    {
      return isPlain(name: element.baseName, nil)
    }
    return false
  }

  private func isDeclared(_ name: String) -> Bool {
    declarations.others.contains(name) || declarations.types[name] != nil || declarations.variables[name] != nil
  }

  private func isConstant(_ member: MemberAccessExprSyntax) -> Bool {
    let name = member.declName.baseName.plain
    if Self.members.contains(name), isStandard(member.base) { return isConstant(named: name, isStandard: true) }
    return isConstant(member.declName.baseName)
  }

  /// Whether members of this are the standard library's or AllocLab's, unless the submission declares others.
  private func isStandard(_ base: ExprSyntax?) -> Bool {
    let name: TokenSyntax? =
      if let generic = base?.as(GenericSpecializationExprSyntax.self) {
        generic.expression.as(DeclReferenceExprSyntax.self)?.baseName
      } else { base?.as(DeclReferenceExprSyntax.self)?.baseName }
    guard let name = name?.plain, !isDeclared(name) else { return false }
    return Self.types.contains(name) || name == "MemoryLayout" || name == "Heap"
  }

  private func isConstant(_ token: TokenSyntax) -> Bool {
    declarations.variables[token.plain] != nil && isConstant(named: token.plain, isStandard: false)
  }

  /// Whether all that has a name is constants with plain values.
  ///
  /// - Parameter isStandard: it may be another one than that of the same name which is being looked at.
  private func isConstant(named name: String, isStandard: Bool) -> Bool {
    guard !declarations.others.contains(name), declarations.types[name] == nil else { return false }
    return (declarations.variables[name] ?? []).allSatisfy { variable in
      variable.bindings.allSatisfy { binding in
        guard binding.pattern.tokens(viewMode: .sourceAccurate).contains(where: { $0.plain == name }) else {
          return true
        }
        if openBindings.contains(binding.id) { return isStandard }
        if !binding.isStored { return binding.typeAnnotation.map { isPlain($0.type) } ?? false }
        return isPlain(binding, of: variable)
      }
    }
  }
}
