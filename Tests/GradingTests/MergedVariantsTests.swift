import Judging
import Testing

/// Variants of one file, as one file that asks which of them runs.
@Suite struct MergedVariantsTests {
  private static let original = """
    struct Pool {
      static let size = 64  // bytes
      var count: Int { limit - used }
      var isFull: Bool {
        used == limit
      }
      private let limit: Int
      private var used = 0

      mutating func take(
        _ count: Int
      ) -> Int? {
        // One at a time.
        guard count > 0 else { return nil }
        used += 1
        return used
      }

      mutating func clear() {
        used = 0
      }
    }

    """

  private static func merged(_ edits: [(find: String, replace: String)]) -> String? {
    func files(_ text: String) -> [Submission.File] { [Submission.File(name: "Pool.swift", bytes: Array(text.utf8))] }
    return MergedVariants(
      files(original), edits.map { files(original.replacingOccurrence(of: $0.find, with: $0.replace)) }
    ).map { String(decoding: $0.files[0].bytes, as: UTF8.self) }
  }

  @Test func aBodyAsksWhichVariantRuns() throws {
    let text = try #require(
      Self.merged([("count > 0", "count >= 0"), ("used = 0\n  }", "used = 1\n  }"), ("    used += 1\n", "")]))
    #expect(text.ranges(of: "guard count > 0").count == 2)
    #expect(text.ranges(of: "guard count >= 0").count == 1)
    #expect(text.ranges(of: "if startedVariant == 0 {").count == 1)
    #expect(text.ranges(of: "if startedVariant == 1 {").count == 1)
    #expect(text.ranges(of: "if startedVariant == 2 {").count == 1)
    // Declared once, however many differ in it.
    #expect(text.ranges(of: "mutating func take").count == 1)
    #expect(text.ranges(of: "used == limit").count == 1)
  }

  @Test func whatIsReturnedWithoutAWordIsReturnedInEachBranch() throws {
    let text = try #require(Self.merged([("used == limit", "used >= limit"), ("limit - used", "limit")]))
    #expect(text.contains("return used >= limit"))
    #expect(text.contains("return used == limit"))
    #expect(text.contains("return limit - used"))
  }

  @Test func aValueAsksToo() throws {
    let text = try #require(Self.merged([("size = 64", "size = 65")]))
    #expect(text.contains("startedVariant == 0 ? ("))
    #expect(text.contains("65  // bytes"))
  }

  @Test(arguments: [
    ("private var used = 0", "private var used = 0\n  private var freed = 0"),
    ("private let limit: Int", "let limit: UInt"),
    ("_ count: Int\n", "_ count: UInt\n"), ("struct Pool {", "final class Pool {"),
  ])
  func whatDiffersInMoreIsNotMerged(find: String, replace: String) {
    #expect(Self.merged([(find, replace)]) == nil)
  }

  @Test func filesThatAreNotAllTheSameAreNotMerged() {
    let file = Submission.File(name: "Pool.swift", bytes: Array(Self.original.utf8))
    let other = Submission.File(name: "Pool+More.swift", bytes: [])
    #expect(MergedVariants([file], [[file, other]]) == nil)
    #expect(MergedVariants([file], [[other]]) == nil)
  }
}

extension String {
  fileprivate func replacingOccurrence(of text: String, with other: String) -> String {
    guard let range = ranges(of: text).first else { return self }
    return replacingCharacters(in: range, with: other)
  }

  private func replacingCharacters(in range: Range<Index>, with other: String) -> String {
    String(self[..<range.lowerBound]) + other + self[range.upperBound...]
  }
}
