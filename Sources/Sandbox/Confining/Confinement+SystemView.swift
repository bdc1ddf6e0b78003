internal import Glibc
package import SystemPackage

extension Confinement {
  /// Makes the system's programs and libraries visible, read-only: what most programs need to run.
  ///
  /// `/usr` with its usual links, the dynamic loader's cache and the alternatives; of `/etc` nothing else.
  package mutating func addSystemView() {
    for directory: FilePath in ["/usr", "/etc/alternatives", "/etc/ld.so.cache"] where resolved(directory) != nil {
      readOnly.append(Binding(host: directory, inside: directory))
    }
    for directory: FilePath in ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"] {
      guard let target = resolved(directory) else { continue }
      if target == directory {
        readOnly.append(Binding(host: directory, inside: directory))
      } else {
        links.append(Binding(host: target, inside: directory))
      }
    }
  }

  /// Makes the Swift toolchain visible at its own place, and gives the path of its `swiftc`.
  ///
  /// The first `swiftc` on the PATH decides; links are followed.
  package mutating func addSwiftToolchain() throws(SandboxError) -> FilePath {
    guard let link = SandboxCapabilities.program("swiftc"), let driver = resolved(link) else {
      throw .programNotFound("swiftc")
    }
    // …/usr/bin/swift-driver: the toolchain is …/usr, and `swiftc` another name for the driver.
    let programs = driver.removingLastComponent()
    let frontend = unsafe programs.appending("swift-frontend").withPlatformString { unsafe access($0, X_OK) }
    guard frontend == 0 else {
      throw .programNotFound("swift-frontend, beside \(driver), which swiftc on the PATH leads to (a version manager?)")
    }
    let toolchain = programs.removingLastComponent()
    if !readOnly.contains(where: { toolchain.starts(with: $0.inside) && $0.inside == $0.host }) {
      readOnly.append(Binding(host: toolchain, inside: toolchain))
    }
    return programs.appending("swiftc")
  }
}
