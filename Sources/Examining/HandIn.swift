/// What a student hands in for an exercise.
package struct HandIn: Sendable, Equatable {
  /// The types that the driver is built around, under the names that the starter gives them.
  package let types: [String]
  /// The file that declares them.
  package let file: String
  /// The protocol in `AllocLab` that they conform to.
  package let protocolName: String

  /// One type, in a file that is named after it.
  package init(type: String, protocolName: String) {
    self.init(types: [type], file: "\(type).swift", protocolName: protocolName)
  }

  package init(types: [String], file: String, protocolName: String) {
    self.types = types
    self.file = file
    self.protocolName = protocolName
  }

  /// A driver's expression with `Worker::` before every name that is not the student's, so that no type of the student's own is taken
  /// for the framework's.
  package func qualified(driver: String) -> String {
    var qualified = ""
    var rest = driver[...]
    while let start = rest.firstIndex(where: { $0.isLetter }) {
      qualified += rest[..<start]
      let name = rest[start...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      qualified += types.contains(String(name)) ? name : "Worker::" + name
      rest = rest[name.endIndex...]
    }
    return qualified + rest
  }
}
