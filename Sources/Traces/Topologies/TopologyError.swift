package import SystemPackage

/// Why a topology could not be read: the file, what stands there, and what is expected.
package struct TopologyError: Error, Hashable {
  package let file: FilePath
  /// What was found, as it goes behind the file's name.
  package let found: String
  package let expected: String

  package init(_ file: FilePath, _ found: String, expected: String) {
    (self.file, self.found, self.expected) = (file, found, expected)
  }
}

extension TopologyError: CustomStringConvertible {
  package var description: String { "\(file): \(found); expected is \(expected)" }
}
