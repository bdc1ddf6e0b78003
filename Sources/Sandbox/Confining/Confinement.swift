// The module Sandbox: processes in confinement, and memory shared with them. It knows nothing of what they are for.
//
//     Confinement ──► ForkServer ──► Launched ──► Watch ──► Termination
//      (what it may)   (in bwrap)      (ids)    (limits, output)
//                       └────── on the thread of a Supervisor, which an Enclosure hides ──────┘

package import SystemPackage

/// What a process may see, keep and use.
///
/// Nothing of the host is visible but what is listed here: no file, no process, no network, no variable, no descriptor.
package struct Confinement: Sendable {
  /// A file or directory of the host, and where it appears inside.
  package struct Binding: Sendable, Equatable {
    package var host: FilePath
    package var inside: FilePath

    package init(host: FilePath, inside: FilePath) {
      self.host = host
      self.inside = inside
    }
  }

  /// A descriptor of the judge's that the process gets under a number of its own.
  package struct InheritedDescriptor: Sendable {
    package var descriptor: FileDescriptor
    /// From 3 up to 31.
    package var number: Int32

    package init(_ descriptor: FileDescriptor, as number: Int32) {
      precondition((3..<32).contains(number), "an inherited descriptor is numbered from 3 to 31")
      self.descriptor = descriptor
      self.number = number
    }
  }

  package var limits: Limits
  package var profile: SeccompProfile
  package var readOnly: [Binding] = []
  /// Directories of the host to write to. Where the judge is root, they are handed to the unprivileged user.
  package var writable: [Binding] = []
  /// Symbolic links made inside: `host` is where they lead.
  package var links: [Binding] = []
  package var environment: [String: String] = [:]
  package var workingDirectory: FilePath = "/"
  package var inheritedDescriptors: [InheritedDescriptor] = []
  /// No `/proc` and no devices either: for programs that need nothing but themselves.
  package var isBare = false
  /// Run even where not everything can be enforced; `Enforcement.missing` then says what is not.
  package var allowWeak = false

  package init(limits: Limits, profile: SeccompProfile) {
    self.limits = limits
    self.profile = profile
  }

  /// The user inside, and outside where the judge is root: by convention "nobody".
  static let unprivilegedUser: UInt32 = 65534
}

extension Confinement {
  /// Where a path inside lies on the host.
  func hostPath(of inside: FilePath) -> FilePath {
    let covering = (readOnly + writable).filter { inside.starts(with: $0.inside) }
    guard let nearest = covering.max(by: { $0.inside.components.count < $1.inside.components.count }) else {
      return inside
    }
    var path = nearest.host
    path.append(inside.components.dropFirst(nearest.inside.components.count))
    return path
  }
}
