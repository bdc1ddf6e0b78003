/// Turns `Encodable` values into JSON documents that come out the same each time, byte for byte.
///
/// Members keep the order in which they are encoded; dictionaries and sets, which have none, are sorted. Numbers are
/// written in the shortest form that reads back the same. Optionals that are nil follow the type: a synthesized
/// `encode(to:)` leaves them out.
package struct JSONReportEncoder {
  package var userInfo: [CodingUserInfoKey: any Sendable] = [:]

  package init() {}

  /// - Throws: `JSONError.unencodable`, with the coding path of what JSON cannot say: NaN, infinity, a key with a NUL,
  ///   more than `JSONDocument.maximumDepth` levels, a value that encodes nothing.
  package func encode(_ value: some Encodable) throws(JSONError) -> JSONDocument {
    let session = JSONEncodingSession(userInfo: userInfo)
    do {
      let root = try session.node(for: value, at: [])
      if let failure = session.failure { throw failure }
      return JSONDocument(root: root, source: nil)
    } catch EncodingError.invalidValue(_, let context) {
      throw .unencodable(path: context.codingPath.jsonPath, problem: context.debugDescription)
    } catch {
      throw .unencodable(path: "the top level", problem: "\(error)")
    }
  }
}

/// What all encoders and containers of one `encode` call share.
final class JSONEncodingSession {
  let userInfo: [CodingUserInfoKey: any Sendable]
  /// The first failure in a call that cannot throw.
  private(set) var failure: (any Error)?

  init(userInfo: [CodingUserInfoKey: any Sendable]) {
    self.userInfo = userInfo
  }

  func fail(_ value: Any, at path: [any CodingKey], _ problem: String) {
    failure = failure ?? Self.error(value, at: path, problem)
  }

  static func error(_ value: Any, at path: [any CodingKey], _ problem: String) -> any Error {
    EncodingError.invalidValue(value, EncodingError.Context(codingPath: path, debugDescription: problem))
  }

  func node(for value: some Encodable, at path: [any CodingKey]) throws -> JSONNode {
    guard path.count <= JSONDocument.maximumDepth else {
      throw Self.error(
        value, at: path.dropLast(path.count - 4), "nested deeper than \(JSONDocument.maximumDepth) levels")
    }
    let encoder = JSONValueEncoder(session: self, codingPath: path)
    do {
      try value.encode(to: encoder)
    } catch let error as EncodingError {
      throw error
    } catch {
      // A type's own error says nothing about the place.
      throw Self.error(value, at: path, "\(error)")
    }
    guard let node = encoder.result else { throw Self.error(value, at: path, "\(type(of: value)) encoded nothing") }
    guard let unordered = value as? any JSONUnorderedCollection else { return node }
    return node.sorted(stride: type(of: unordered).elementsPerEntry)
  }
}

/// Where an encoder's result belongs, for the encoders that `superEncoder` hands out.
enum JSONSlot {
  case none
  case member(JSONNode, String)
  case element(JSONNode, Int)
}

/// The encoder of one value; containers and single values become its `result`.
final class JSONValueEncoder: Encoder {
  let session: JSONEncodingSession
  let codingPath: [any CodingKey]
  private let slot: JSONSlot
  private(set) var result: JSONNode?

  var userInfo: [CodingUserInfoKey: Any] { session.userInfo }

  init(session: JSONEncodingSession, codingPath: [any CodingKey], slot: JSONSlot = .none) {
    self.session = session
    self.codingPath = codingPath
    self.slot = slot
  }

  func finish(_ node: JSONNode) {
    precondition(result == nil, "\(codingPath.jsonPath): a second value was encoded where the first is")
    result = node
    switch slot {
    case .none: break
    case .member(let object, let name): _ = object.setMember(name, to: node)
    case .element(let array, let index): array.setElement(index, to: node)
    }
  }

  /// The container of that kind: a class and its superclass may each ask for it.
  private func container(_ kind: JSONValue) -> JSONNode {
    if let result {
      precondition(result.value == kind, "\(codingPath.jsonPath): containers of two kinds were asked for")
      return result
    }
    let node = kind == .object ? JSONNode.object() : JSONNode.array()
    finish(node)
    return node
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(
      JSONKeyedEncodingContainer<Key>(session: session, codingPath: codingPath, node: container(.object)))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    JSONUnkeyedEncodingContainer(session: session, codingPath: codingPath, node: container(.array))
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { JSONSingleValueEncodingContainer(encoder: self) }
}
