package import Examining
import Sandbox
package import SystemPackage

/// The C files of an allocator with the interface of the CS:APP malloc lab, and the headers beside them.
package struct CSAppSources: Sendable {
  /// The first file's name.
  package let name: String
  let files: [Submission.File]
  /// What is defined when they are compiled.
  package var defines: [String]
  /// What compiles them; nil for the toolchain's clang, and for gcc where that refuses them and is installed.
  package var compiler: Compiler?
  /// The most bytes that their variables outside functions may take; nil for as much as they like.
  package var globalsLimit: Int?
  /// Whether they are compiled for 32 bits.
  package var isFor32Bits = false

  package enum Compiler: String, Sendable, CaseIterable { case clang, gcc }

  /// What the lab's own driver is made of: the framework has its own, and two would not link.
  private static let drivers: Set = [
    "mdriver.c", "memlib.c", "memlib.h", "fsecs.c", "fcyc.c", "ftimer.c", "clock.c", "stree.c",
  ]

  /// Whether a file belongs to the lab's own driver.
  package static func isDriver(_ name: String) -> Bool { drivers.contains(name) }

  /// Reads the files; all headers beside the first are read too.
  package init(_ paths: [FilePath], defines: [String] = CSAppLab.plain.defines) throws(JudgeError) {
    self.defines = defines
    var files: [Submission.File] = []
    for path in paths {
      guard let name = path.lastComponent?.string, name.hasSuffix(".c") else {
        throw .file(path, "is no C file; --csapp takes mm.c, and further C files that it needs")
      }
      guard !Self.drivers.contains(name) else {
        throw .file(path, "belongs to the lab's own driver, which takes no part here; leave it out")
      }
      files.append(Submission.File(name: name, bytes: try Self.read(path)))
    }
    guard let first = paths.first, let name = files.first?.name else {
      throw .missing("a C file", remedy: "name it with --csapp")
    }
    guard Set(files.map(\.name)).count == files.count else { throw .file(first, "is given twice") }
    let folder = Files.realPath(first)?.removingLastComponent() ?? "."
    for header in Files.names(in: folder) where header.hasSuffix(".h") && !Self.drivers.contains(header) {
      files.append(Submission.File(name: header, bytes: try Self.read(folder.appending(header))))
    }
    self.name = name
    self.files = files
  }

  /// A lab's conventions, with what a `config.h` beside the first file says.
  package func conventions(of lab: CSAppLab) -> CSAppLab {
    guard let file = files.first(where: { $0.name == "config.h" }) else { return lab }
    let text = String(decoding: file.bytes, as: UTF8.self)
    var lab = lab
    if let value = CSAppConfiguration.value(of: "ALIGNMENT", in: text), [8, 16].contains(value) {
      lab.alignment = value
    }
    if let value = CSAppConfiguration.value(of: "MAX_HEAP", in: text), CSAppLab.heapLimits.contains(value) {
      lab.heapLimit = value
    }
    return lab
  }

  private static func read(_ path: FilePath) throws(JudgeError) -> [UInt8] {
    do { return try readRegularFile(Files.realPath(path) ?? path, limit: Submission.fileLimit) } catch {
      throw .file(path, "\(error)")
    }
  }
}
