import Examining

/// The decoder of one value.
struct JSONValueDecoder: Decoder {
  let session: JSONDecodingSession
  let codingPath: [any CodingKey]
  let node: JSONNode

  var userInfo: [CodingUserInfoKey: Any] { session.userInfo }

  /// A mismatch between this value and what the type asked for.
  func mismatch(_ expected: String, _ type: Any.Type) -> DecodingError {
    .typeMismatch(
      type,
      DecodingError.Context(codingPath: codingPath, debugDescription: "expected \(expected), found \(node.summary)"))
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard node.value == .object else { throw mismatch("an object", [String: Any].self) }
    session.open(node, at: codingPath)
    return KeyedDecodingContainer(JSONKeyedDecodingContainer<Key>(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard node.value == .array else { throw mismatch("an array", [Any].self) }
    return JSONUnkeyedDecodingContainer(decoder: self)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    JSONSingleValueDecodingContainer(decoder: self)
  }

  func decoder(of node: JSONNode, at key: any CodingKey) -> JSONValueDecoder {
    JSONValueDecoder(session: session, codingPath: codingPath + [key], node: node)
  }
}

/// Reads an object's members, and notes which were asked for.
struct JSONKeyedDecodingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: JSONValueDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  var allKeys: [Key] {
    decoder.node.members.compactMap { member in
      guard let key = Key(stringValue: member.name) else { return nil }
      decoder.session.note(member.name, in: decoder.node)
      return key
    }
  }

  private func member(_ key: any CodingKey) -> JSONNode? {
    decoder.session.note(key.stringValue, in: decoder.node)
    return decoder.node.member(key.stringValue)
  }

  private func child(_ key: any CodingKey) throws -> JSONValueDecoder {
    if let node = member(key) { return decoder.decoder(of: node, at: key) }
    let strangers = decoder.node.members.map { $0.name }.filter { Key(stringValue: $0) == nil }
    let typo = closestMatch(to: key.stringValue, in: strangers)
    let hint = typo.map { "; it has \"\(printable($0))\": was \"\(key.stringValue)\" meant?" } ?? ""
    throw DecodingError.keyNotFound(
      key,
      DecodingError.Context(
        codingPath: codingPath, debugDescription: "the key \"\(key.stringValue)\" is missing\(hint)"))
  }

  func contains(_ key: Key) -> Bool { member(key) != nil }

  func decodeNil(forKey key: Key) throws -> Bool { try child(key).node.isNull }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    let child = try child(key)
    return try child.session.decode(type, from: child.node, at: child.codingPath)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try child(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try child(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try child(JSONKey.name("super")) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}

/// Reads an array's elements in turn.
struct JSONUnkeyedDecodingContainer: UnkeyedDecodingContainer {
  let decoder: JSONValueDecoder
  private(set) var currentIndex = 0

  init(decoder: JSONValueDecoder) {
    self.decoder = decoder
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { decoder.node.count }
  var isAtEnd: Bool { currentIndex >= decoder.node.count }

  private func next(_ type: Any.Type) throws -> JSONValueDecoder {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        type,
        DecodingError.Context(
          codingPath: codingPath,
          debugDescription: "expected \(currentIndex + 1) elements or more, found \(decoder.node.summary)"))
    }
    return decoder.decoder(of: decoder.node.element(at: currentIndex), at: JSONKey.index(currentIndex))
  }

  mutating func decodeNil() throws -> Bool {
    guard try next(Never.self).node.isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let child = try next(type)
    let value = try child.session.decode(type, from: child.node, at: child.codingPath)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> {
    let container = try next(type).container(keyedBy: type)
    currentIndex += 1
    return container
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try next([Any].self).unkeyedContainer()
    currentIndex += 1
    return container
  }

  mutating func superDecoder() throws -> any Decoder {
    let child = try next((any Decoder).self)
    currentIndex += 1
    return child
  }
}

/// Reads what has no parts: here alone JSON becomes numbers, strings and booleans.
struct JSONSingleValueDecodingContainer: SingleValueDecodingContainer {
  let decoder: JSONValueDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.node.isNull }

  func decode(_ type: Bool.Type) throws -> Bool {
    guard case .boolean(let value) = decoder.node.value else { throw decoder.mismatch("true or false", type) }
    return value
  }

  func decode(_ type: String.Type) throws -> String {
    guard case .string(let value) = decoder.node.value else { throw decoder.mismatch("a string", type) }
    return value
  }

  func decode(_ type: Double.Type) throws -> Double {
    switch decoder.node.value {
    case .real(let value): return value
    case .integer(let value): return Double(value)
    default: throw decoder.mismatch("a number", type)
    }
  }

  func decode(_ type: Float.Type) throws -> Float {
    let value = Float(try decode(Double.self))
    guard value.isFinite else { throw decoder.mismatch("a number that fits 32 bits", type) }
    return value
  }

  func decode<T: FixedWidthInteger & Decodable>(_ type: T.Type) throws -> T {
    let value: T? =
      switch decoder.node.value {
      case .integer(let value): T(exactly: value)
      // 3.0 and 3e2 are integers; past 2^53 a number with a point may have been another.
      case .real(let value) where value.magnitude <= 0x1p53: T(exactly: value)
      default: nil
      }
    guard let value else {
      let range = T.bitWidth < Int.bitWidth || !T.isSigned ? " from \(T.min) to \(T.max)" : ""
      throw decoder.mismatch("an integer\(range)", type)
    }
    return value
  }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    try decoder.session.decode(type, from: decoder.node, at: codingPath)
  }
}
