internal import CPlatform
internal import Glibc
internal import SystemPackage

/// A process about to be started by `cp_spawn`, its strings and descriptors kept alive for the call.
struct Spawn {
  var program: FilePath
  var arguments: [String]
  /// The judge's descriptors, and the numbers they get.
  var descriptors: [(source: Int32, target: Int32)]
  var user: UInt32 = 0
  /// Whether it has this program's environment; else it has none.
  var inheritsEnvironment = false
  /// Host paths that the unprivileged user could not reach, and where they are mounted for it.
  var staged: [(source: FilePath, isDirectory: Bool, target: FilePath)] = []
  /// In the private mount namespace of the new process only; an empty directory by the Filesystem Hierarchy Standard.
  static let stagingDirectory = FilePath("/mnt")

  func start() throws(SandboxError) -> pid_t {
    // Safe: every pointer stays valid until cp_spawn returns, which is after the child's exec.
    let argumentPointers = unsafe ([program.string] + arguments).map { unsafe strdup($0) } + [nil]
    let environmentPointers: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
    var mounts = unsafe staged.map {
      unsafe cp_staged_mount(
        source: strdup($0.source.string), descriptor: -1, is_directory: $0.isDirectory ? 1 : 0,
        target: strdup($0.target.string))
    }
    let path = unsafe strdup(program.string)
    let staging = unsafe staged.isEmpty ? nil : strdup(Self.stagingDirectory.string)
    defer {
      let strings = unsafe argumentPointers + [path, staging]
      for index in unsafe strings.indices { unsafe free(strings[index]) }
      for index in unsafe mounts.indices {
        unsafe free(UnsafeMutableRawPointer(mutating: mounts[index].source))
        unsafe free(UnsafeMutableRawPointer(mutating: mounts[index].target))
      }
    }
    guard let path = unsafe path else { throw .system(call: "strdup", Errno.noMemory) }
    let sources = descriptors.map(\.source)
    let targets = descriptors.map(\.target)
    let process: pid_t = unsafe sources.withUnsafeBufferPointer { sources in
      unsafe targets.withUnsafeBufferPointer { targets in
        unsafe argumentPointers.withUnsafeBufferPointer { arguments in
          unsafe environmentPointers.withUnsafeBufferPointer { environment in
            unsafe mounts.withUnsafeMutableBufferPointer { mounts in
              guard let sourcePointer = sources.baseAddress, let targetPointer = targets.baseAddress,
                let argumentPointer = arguments.baseAddress, let environmentPointer = environment.baseAddress
              else { return -EINVAL }
              var request = unsafe cp_spawn(
                path: path, arguments: argumentPointer, environment: inheritsEnvironment ? nil : environmentPointer,
                sources: sourcePointer,
                targets: targetPointer, descriptor_count: Int32(descriptors.count), user: user, staging: staging,
                mounts: mounts.baseAddress, mount_count: Int32(mounts.count))
              return unsafe cp_spawn(&request)
            }
          }
        }
      }
    }
    guard process > 0 else { throw .system(call: "start of \(program)", Errno(rawValue: -process)) }
    return process
  }
}
