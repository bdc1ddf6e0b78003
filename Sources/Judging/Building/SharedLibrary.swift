import Sandbox
package import SystemPackage

/// A shared library whose malloc is a subject: found, and known to be one.
package struct SharedLibrary: Sendable {
  /// What it was asked for by, without folders.
  package let name: String
  /// Where it lies; nil for the C library that every worker has.
  package let path: FilePath?

  /// Where libraries lie that are named without a folder.
  package static let folders: [FilePath] = [
    "/usr/local/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib",
  ]

  /// Whether a name on the command line can only be a library's.
  package static func isName(_ name: String) -> Bool {
    name == "libc" || name.contains("/") || name.hasSuffix(".so") || name.contains(".so.")
  }

  /// Finds a library: `libc`, a path, or a name in the usual folders, whose version may be left out.
  ///
  /// Throws where it is not there, is no shared object of this machine, or defines no malloc and free.
  package init(named name: String) throws(JudgeError) {
    if name == "libc" {
      (self.name, path) = (name, nil)
      return
    }
    guard let path = Self.find(name) else {
      let places = name.contains("/") ? "" : " in \(Self.folders.map(\.string).joined(separator: ", "))"
      throw .library(name, "is not there\(places); a path names a library anywhere else, for example ./\(name)")
    }
    self.name = FilePath(name).lastComponent?.string ?? name
    self.path = path
    let object: SharedObject
    do { object = try SharedObject(try readRegularFile(path, limit: Self.byteLimit)) } catch {
      throw .library(name, "\(error)")
    }
    if let symbols = object.definedSymbols {
      let missing = ["malloc", "free"].filter { !symbols.contains($0) }
      guard missing.isEmpty else { throw .library(name, "defines no \(missing.joined(separator: " and no "))") }
    }
  }

  /// The C library, and those of Debian's allocators that are installed here.
  package static var installed: [SharedLibrary] {
    ["libc", "libmimalloc.so.2", "libjemalloc.so.2", "libtcmalloc_minimal.so.4"].compactMap {
      try? SharedLibrary(named: $0)
    }
  }

  /// LLVM's hardened allocator, as the Swift toolchain has it for its sanitizers; nil where it has none.
  package static var scudo: SharedLibrary? {
    guard let compiler = SandboxCapabilities.program("swiftc"), let driver = Files.realPath(compiler) else {
      return nil
    }
    let versions = driver.removingLastComponent().removingLastComponent().appending("lib/clang")
    for version in Files.names(in: versions) {
      let folder = versions.appending(version).appending("lib/linux")
      for name in Files.names(in: folder)
      where name.hasPrefix("libclang_rt.scudo_standalone-") && name.hasSuffix(".so") {
        if let library = try? SharedLibrary(named: folder.appending(name).string) { return library }
      }
    }
    return nil
  }

  private static let byteLimit = 256 << 20

  private static func find(_ name: String) -> FilePath? {
    if name.contains("/") { return Files.realPath(FilePath(name)) }
    for folder in folders {
      if let path = Files.realPath(folder.appending(name)) { return path }
    }
    // `libmimalloc.so` is what compilers look for; programs are run with `libmimalloc.so.2`.
    for folder in folders {
      guard let version = Files.names(in: folder).first(where: { $0.hasPrefix("\(name).") }) else { continue }
      return Files.realPath(folder.appending(version))
    }
    return nil
  }

  /// Addresses that it reserves when it starts, in bytes: Scudo's size classes have some 180 GiB, almost none of which are memory ever.
  var reservedBytes: Int { name.contains("scudo") ? 1 << 38 : 0 }

  /// What the worker opens.
  var inside: FilePath {
    guard let path else { return "libc" }
    return isInSystemView ? path : FilePath("/library").appending(path.lastComponent?.string ?? "library.so")
  }

  /// What the worker has to be shown for that.
  var bindings: [Confinement.Binding] {
    guard let path, !isInSystemView else { return [] }
    return [Confinement.Binding(host: path, inside: inside)]
  }

  private var isInSystemView: Bool { path?.starts(with: "/usr") ?? true }
}
