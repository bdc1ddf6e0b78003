import SystemPackage

extension SyntaxProgram {
  /// The program that says what in submissions is not safe Swift.
  static func safetyCheck(_ installation: Installation, allowWeak: Bool) throws(JudgeError) -> SyntaxProgram {
    try SyntaxProgram(
      "SafetyCheck", named: "safety-check", libraries: ["SwiftSyntax", "SwiftParser"], installation,
      allowWeak: allowWeak
    ) { (toolchain) throws(JudgeError) in
      Submission.File(name: "StandardNames.swift", bytes: try underscoredNames(of: toolchain))
    }
  }

  /// A Swift file with the public names of the standard library's that begin with an underscore, read off its interface.
  private static func underscoredNames(of toolchain: FilePath) throws(JudgeError) -> [UInt8] {
    let folder = toolchain.appending("lib/swift/linux/Swift.swiftmodule")
    guard
      let interface = Files.names(in: folder).sorted().first(where: {
        $0.hasSuffix(".swiftinterface") && !$0.hasSuffix(".private.swiftinterface")
      })
    else { throw .missing("the interface in \(folder)", remedy: "use a toolchain of swift.org, which has it") }
    var names: Set<String> = []
    for line in try Files.read(folder.appending(interface)).split(separator: UInt8(ascii: "\n")) {
      let words = line.split { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          false
        default: true
        }
      }
      // Others are no student's to use, or stand in bodies.
      guard words.contains(where: { $0.elementsEqual("public".utf8) || $0.elementsEqual("open".utf8) }) else {
        continue
      }
      for word in words where word.first == UInt8(ascii: "_") && word.count > 1 {
        names.insert(String(decoding: word, as: UTF8.self))
      }
    }
    return Array(
      """
      enum StandardNames {
        static let all = Set("\(names.sorted().joined(separator: " "))".split(separator: " ").map(String.init))
      }

      """.utf8)
  }
}
