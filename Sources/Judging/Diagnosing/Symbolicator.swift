import Sandbox
import SystemPackage

/// Finds the student's function that a return address lies in, with the toolchain's own tools.
///
/// A worker is a file that a student's compiler run wrote, so the tools that read it are confined as the compiler is.
struct Symbolicator: Sendable {
  var allowWeak = false

  /// The innermost function, with file and line, of those in the student's files; nil where symbols do not tell.
  func firstStudentFunction(_ frames: [UInt64], in worker: FilePath) -> String? {
    guard !frames.isEmpty else { return nil }
    // A return address is just behind its call, which may be the last thing on a line.
    let addresses = frames.map { "0x" + String($0 == 0 ? 0 : $0 - 1, radix: 16) }.joined(separator: " ")
    guard let lines = try? run(addresses, worker) else { return nil }
    // Pairs of lines: a function, and its file, line and column.
    for (function, place) in zip(lines, lines.dropFirst()) where place.hasPrefix("/submission/") {
      let parts = place.dropFirst("/submission/".count).split(separator: ":")
      let name = function.hasPrefix("$") ? "a function" : Self.shorten(function)
      return parts.count > 1 ? "\(name) (\(parts[0]):\(parts[1]))" : name
    }
    return nil
  }

  private func run(_ addresses: String, _ worker: FilePath) throws(SandboxError) -> [String] {
    var confinement = Confinement(limits: Builder.limits, profile: .compiler)
    confinement.allowWeak = allowWeak
    confinement.addSystemView()
    let tools = try confinement.addSwiftToolchain().removingLastComponent()
    let command =
      "\(tools)/llvm-symbolizer --obj=/worker --inlines --functions=linkage --no-demangle \(addresses) "
      + "| \(tools)/swift-demangle --simplified"
    confinement.readOnly.append(Confinement.Binding(host: worker, inside: "/worker"))
    let process = try ConfinedProcess.start("/bin/sh", ["-c", command], in: confinement)
    return String(decoding: process.wait().standardOutput, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// `PoolAllocator.allocate()` from what the demangler prints.
  static func shorten(_ function: String) -> String {
    var text = function[...]
    for prefix in ["specialized ", "generic specialization <", "closure #1 in ", "implicit closure #1 in "]
    where text.hasPrefix(prefix) {
      text = text.dropFirst(prefix.count)
    }
    return String(text.prefix(120))
  }
}
