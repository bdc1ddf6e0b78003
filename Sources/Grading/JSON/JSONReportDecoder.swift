import Examining

/// Turns JSON documents into `Decodable` values; errors say the file, line and path, what was expected and what is there.
package struct JSONReportDecoder {
  /// A key that the type never asked for is an error, so that a misspelt one in a hand-written file is not just ignored.
  package var rejectsUnknownKeys = false
  /// Keys that any object may hold unasked.
  package var toleratedKeys: Set<String> = ["$schema", "$comment"]
  package var userInfo: [CodingUserInfoKey: any Sendable] = [:]

  package init(rejectsUnknownKeys: Bool = false) {
    self.rejectsUnknownKeys = rejectsUnknownKeys
  }

  /// - Throws: `JSONError.mismatch` or `JSONError.unknownKey`.
  package func decode<T: Decodable>(_ type: T.Type, from document: borrowing JSONDocument) throws(JSONError) -> T {
    let session = JSONDecodingSession(userInfo: userInfo, tracksKeys: rejectsUnknownKeys)
    let source = document.source
    let name = source?.name ?? "JSON"
    do {
      let value = try session.decode(type, from: document.root, at: [])
      if let unknown = session.firstUnknownKey(tolerating: toleratedKeys) {
        throw JSONError.unknownKey(
          source: name, position: source?.position(of: unknown.path), path: unknown.path.jsonPath,
          suggestion: unknown.suggestion)
      }
      return value
    } catch let error as JSONError {
      throw error
    } catch {
      let (path, problem) = Self.explain(error)
      throw .mismatch(source: name, position: source?.position(of: path), path: path.jsonPath, problem: problem)
    }
  }

  private static func explain(_ error: any Error) -> (path: [any CodingKey], problem: String) {
    switch error {
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.keyNotFound(_, let context), DecodingError.dataCorrupted(let context):
      (context.codingPath, context.debugDescription)
    default:
      ([], "\(error)")
    }
  }
}

/// What all decoders and containers of one `decode` call share: among it, which keys were asked for.
final class JSONDecodingSession {
  let userInfo: [CodingUserInfoKey: any Sendable]
  private let tracksKeys: Bool
  private var objects: [TrackedObject] = []
  private var objectIndex: [UInt: Int] = [:]

  private struct TrackedObject {
    let node: JSONNode
    let path: [any CodingKey]
    var asked: [String] = []
  }

  init(userInfo: [CodingUserInfoKey: any Sendable], tracksKeys: Bool) {
    self.userInfo = userInfo
    self.tracksKeys = tracksKeys
  }

  /// Starts to watch an object; decoders that try it in turn as different types share one record.
  func open(_ node: JSONNode, at path: [any CodingKey]) {
    guard tracksKeys, objectIndex[node.identity] == nil else { return }
    objectIndex[node.identity] = objects.count
    objects.append(TrackedObject(node: node, path: path))
  }

  func note(_ key: String, in node: JSONNode) {
    guard let index = objectIndex[node.identity], !objects[index].asked.contains(key) else { return }
    objects[index].asked.append(key)
  }

  /// The first key that nobody asked for, and the key that was asked for and probably meant.
  func firstUnknownKey(tolerating tolerated: Set<String>) -> (path: [any CodingKey], suggestion: String?)? {
    for object in objects {
      let names = object.node.members.map { $0.name }
      guard let unknown = names.first(where: { !object.asked.contains($0) && !tolerated.contains($0) }) else {
        continue
      }
      let absent = object.asked.filter { !names.contains($0) }
      return (object.path + [JSONKey.name(unknown)], closestMatch(to: unknown, in: absent))
    }
    return nil
  }

  func decode<T: Decodable>(_ type: T.Type, from node: JSONNode, at path: [any CodingKey]) throws -> T {
    do {
      return try T(from: JSONValueDecoder(session: self, codingPath: path, node: node))
    } catch let error as DecodingError {
      if case .dataCorrupted(let context) = error, context.codingPath.count == path.count,
        let problem = Self.unknownName(node, for: type)
      {
        throw Self.corrupted(at: path, problem)
      }
      throw error
    } catch {
      // A type's own error says nothing about the place.
      throw Self.corrupted(at: path, "\(error)")
    }
  }

  static func corrupted(at path: [any CodingKey], _ problem: String) -> DecodingError {
    .dataCorrupted(DecodingError.Context(codingPath: path, debugDescription: problem))
  }

  /// The names that an enumeration has, where the node holds none of them.
  private static func unknownName<T>(_ node: JSONNode, for type: T.Type) -> String? {
    guard case .string(let found) = node.value,
      let type = type as? any (CaseIterable & RawRepresentable<String>).Type
    else { return nil }
    let names = rawValues(type)
    guard !names.contains(found) else { return nil }
    let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
    let hint = closestMatch(to: found, in: names).map { "; did you mean \"\($0)\"?" } ?? ""
    return "expected one of \(list), found \(node.summary)\(hint)"
  }

  private static func rawValues<T: CaseIterable & RawRepresentable<String>>(_ type: T.Type) -> [String] {
    T.allCases.map { $0.rawValue }
  }
}
