/// Writes an object's members, each where it is first encoded.
struct JSONKeyedEncodingContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let session: JSONEncodingSession
  let codingPath: [any CodingKey]
  let node: JSONNode

  private func set(_ value: JSONNode, for key: any CodingKey) throws {
    guard node.setMember(key.stringValue, to: value) else {
      throw JSONEncodingSession.error(key.stringValue, at: codingPath + [key], "a key may not hold a NUL")
    }
  }

  /// As `set`, for the calls that cannot throw.
  private func reserve(_ value: JSONNode, for key: any CodingKey) -> JSONNode {
    if !node.setMember(key.stringValue, to: value) {
      session.fail(key.stringValue, at: codingPath + [key], "a key may not hold a NUL")
    }
    return value
  }

  mutating func encodeNil(forKey key: Key) throws { try set(.null(), for: key) }

  mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    try set(session.node(for: value, at: codingPath + [key]), for: key)
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy keyType: NestedKey.Type, forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    KeyedEncodingContainer(
      JSONKeyedEncodingContainer<NestedKey>(
        session: session, codingPath: codingPath + [key], node: reserve(.object(), for: key)))
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    JSONUnkeyedEncodingContainer(session: session, codingPath: codingPath + [key], node: reserve(.array(), for: key))
  }

  mutating func superEncoder() -> any Encoder { encoder(for: JSONKey.name("super")) }
  mutating func superEncoder(forKey key: Key) -> any Encoder { encoder(for: key) }

  /// Its place is held by an empty object, which stays if nothing is encoded.
  private func encoder(for key: any CodingKey) -> any Encoder {
    _ = reserve(.object(), for: key)
    return JSONValueEncoder(session: session, codingPath: codingPath + [key], slot: .member(node, key.stringValue))
  }
}

/// Writes an array's elements.
struct JSONUnkeyedEncodingContainer: UnkeyedEncodingContainer {
  let session: JSONEncodingSession
  let codingPath: [any CodingKey]
  let node: JSONNode

  var count: Int { node.count }

  private var pathOfNext: [any CodingKey] { codingPath + [JSONKey.index(count)] }

  private func appended(_ value: JSONNode) -> JSONNode {
    node.append(value)
    return value
  }

  mutating func encodeNil() throws { node.append(.null()) }

  mutating func encode<T: Encodable>(_ value: T) throws { node.append(try session.node(for: value, at: pathOfNext)) }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy keyType: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> {
    KeyedEncodingContainer(
      JSONKeyedEncodingContainer<NestedKey>(session: session, codingPath: pathOfNext, node: appended(.object())))
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    JSONUnkeyedEncodingContainer(session: session, codingPath: pathOfNext, node: appended(.array()))
  }

  /// Its place is held by an empty object, which stays if nothing is encoded.
  mutating func superEncoder() -> any Encoder {
    let encoder = JSONValueEncoder(session: session, codingPath: pathOfNext, slot: .element(node, count))
    node.append(.object())
    return encoder
  }
}

/// Writes what has no parts: here alone numbers, strings and booleans become JSON.
struct JSONSingleValueEncodingContainer: SingleValueEncodingContainer {
  let encoder: JSONValueEncoder

  var codingPath: [any CodingKey] { encoder.codingPath }

  mutating func encodeNil() throws { encoder.finish(.null()) }

  mutating func encode(_ value: Bool) throws { encoder.finish(.boolean(value)) }

  mutating func encode(_ value: String) throws {
    guard let node = JSONNode.string(value) else { throw error(value, "a string over 2 GiB") }
    encoder.finish(node)
  }

  mutating func encode(_ value: Double) throws {
    guard value.isFinite else { throw error(value, "\(value) is no JSON number") }
    // Swift's description is the shortest that reads back the same, and JSON for every finite number.
    encoder.finish(.real(value, text: value.description))
  }

  mutating func encode(_ value: Float) throws {
    guard value.isFinite else { throw error(value, "\(value) is no JSON number") }
    encoder.finish(.real(Double(value), text: value.description))
  }

  mutating func encode<T: FixedWidthInteger & Encodable>(_ value: T) throws {
    guard let node = JSONNode.integer(value) else { throw error(value, "\(value) takes more than 64 bits") }
    encoder.finish(node)
  }

  mutating func encode<T: Encodable>(_ value: T) throws {
    encoder.finish(try encoder.session.node(for: value, at: codingPath))
  }

  private func error(_ value: Any, _ problem: String) -> any Error {
    JSONEncodingSession.error(value, at: codingPath, problem)
  }
}
