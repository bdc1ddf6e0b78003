import Judging
import Testing

/// Submissions that differ in little are built in one module, where each name may be declared once.
@Suite struct VariantFilesTests {
  private static func file(_ name: String, _ text: String) -> Submission.File {
    Submission.File(name: name, bytes: Array(text.utf8))
  }

  private static func text(_ files: VariantFiles, _ name: String) -> String? {
    files.all.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  @Test func whatDiffersHasNamesOfItsOwn() {
    let files = VariantFiles([
      [
        Self.file(
          "Pool.swift", "@frozen public struct Pool { var tinyPool = Tiny() }\nprivate enum Tiny { case one }\n")
      ],
      [Self.file("Pool.swift", "public struct Pool { var tinyPool = 1 }\nlet half = 2\n")],
    ])
    #expect(files.all.map(\.name) == ["variant0-Pool.swift", "variant1-Pool.swift"])
    #expect(
      Self.text(files, "variant0-Pool.swift")
        == "@frozen public struct Pool_0 { var tinyPool = Tiny_0() }\nprivate enum Tiny_0 { case one }\n")
    #expect(Self.text(files, "variant1-Pool.swift") == "public struct Pool_1 { var tinyPool = 1 }\nlet half_1 = 2\n")
    #expect(files.renamed("Driver<Source<Pool>>", in: 1) == "Driver<Source<Pool_1>>")
  }

  @Test func whatIsTheSameIsThereOnce() {
    let helper = Self.file("Bits.swift", "struct Bits {}\n")
    let files = VariantFiles([
      [helper, Self.file("Pool.swift", "struct Pool { let bits: Bits }\n")],
      [helper, Self.file("Pool.swift", "struct Pool { var bits: Bits }\n")],
    ])
    #expect(files.all.map(\.name) == ["Bits.swift", "variant0-Pool.swift", "variant1-Pool.swift"])
    #expect(Self.text(files, "variant1-Pool.swift") == "struct Pool_1 { var bits: Bits }\n")
  }

  /// By way of another file too.
  @Test func whatNeedsSomethingThatDiffersIsEachOnesOwn() {
    let (near, far) = (
      Self.file("Pool+Near.swift", "extension Pool {}\nstruct Near {}\n"), Self.file("Far.swift", "let far = Near()\n")
    )
    let files = VariantFiles([
      [far, near, Self.file("Pool.swift", "struct Pool { let a = 1 }\n")],
      [far, near, Self.file("Pool.swift", "struct Pool { let a = 2 }\n")],
    ])
    #expect(files.all.count == 6)
    #expect(Self.text(files, "variant1-Pool+Near.swift") == "extension Pool_1 {}\nstruct Near_1 {}\n")
    #expect(Self.text(files, "variant0-Far.swift") == "let far_0 = Near_0()\n")
  }

  @Test func whatIsDeclaredInsideSomethingKeepsItsName() {
    let files = VariantFiles([
      [Self.file("Pool.swift", "struct Pool {\n  func take() {}\n}\n// struct Other\n")],
      [Self.file("Pool.swift", "struct Pool {\n  func take() {}\n}\n\n")],
    ])
    #expect(Self.text(files, "variant0-Pool.swift") == "struct Pool_0 {\n  func take() {}\n}\n// struct Other\n")
  }
}
