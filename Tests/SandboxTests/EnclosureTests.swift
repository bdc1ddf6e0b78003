import Sandbox
import SystemPackage
import Testing

/// Programs that run one after the other in the same sandbox: nothing of one reaches the next.
@Suite struct EnclosureTests {
  private static func confinement() throws -> Confinement {
    let limits = Limits(
      cpuSeconds: 5, wallSeconds: 20, memoryBytes: 64 << 20, processes: 16, fileBytes: 0, outputBytes: 1 << 16)
    var confinement = Confinement(limits: limits, profile: .worker)
    confinement.addSystemView()
    confinement.readOnly.append(.init(host: try Attacks.program.get(), inside: "/attacks"))
    return confinement
  }

  private static func run(_ what: String, in enclosure: Enclosure) throws -> (lines: [String], end: Termination) {
    let end = try enclosure.start(.path("/attacks"), [what], in: confinement()).wait()
    return (String(decoding: end.standardOutput, as: UTF8.self).split(separator: "\n").map(String.init), end)
  }

  @Test func nothingOfOneReachesTheNext() throws {
    let enclosure = try Enclosure(Self.confinement())
    let before = try Self.run("look", in: enclosure).lines
    #expect(before.contains("ids 2 1 2 2"))
    #expect(before.count > 20)
    for _ in 0..<3 {
      let stain = try Self.run("stain", in: enclosure)
      #expect(stain.lines.last == "stained", "\(stain.end)")
      let refused = stain.lines.filter { $0.hasSuffix("EPERM") || $0.hasSuffix("EACCES") || $0.hasSuffix("ENOENT") }
      #expect(refused.count == 6, "\(stain.lines)")
      let after = try Self.run("look", in: enclosure).lines
      #expect(after == before)
    }
  }

  @Test func aProgramByItsFileNeedsNothingInside() throws {
    var confinement = try Self.confinement()
    (confinement.readOnly, confinement.links) = ([], [])
    confinement.isBare = true
    let file = try FileDescriptor.open(try Attacks.program.get(), .readOnly, options: .closeOnExec)
    defer { try? file.close() }
    let enclosure = try Enclosure(confinement)
    for _ in 0..<3 {
      let list = try enclosure.start(.file(file, name: "attacks"), ["list", "/", "/proc", "/dev"], in: confinement)
        .wait()
      #expect(list.reason == .exited(code: 99))
      let seen = String(decoding: list.standardOutput, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      #expect(seen == [".fork-server"] || seen.isEmpty, "\(seen)")
      let look = try enclosure.start(.file(file, name: "attacks"), ["look"], in: confinement).wait()
      let lines = String(decoding: look.standardOutput, as: UTF8.self).split(separator: "\n")
      #expect(lines.filter { $0.hasPrefix("descriptor ") } == ["descriptor 0", "descriptor 1", "descriptor 2"])
    }
  }

  @Test func howOneEndsIsNothingToTheNext() throws {
    let enclosure = try Enclosure(Self.confinement())
    let endings: [(what: String, reason: Termination.Reason)] = [
      ("segv", .signalled(number: 11)), ("flood-out", .outputLimit), ("memory", .memoryLimit),
      ("nothing", .exited(code: 0)),
    ]
    for (what, reason) in endings + endings {
      let end = try Self.run(what, in: enclosure).end
      #expect(end.reason == reason)
    }
  }

  @Test func whatCannotBeExecutedLeavesTheSandboxAsItWas() throws {
    let enclosure = try Enclosure(Self.confinement())
    let confinement = try Self.confinement()
    #expect(throws: SandboxError.self) { _ = try enclosure.start(.path("/absent"), in: confinement) }
    let next = try Self.run("hello", in: enclosure).lines
    #expect(next == ["hello"])
  }

  @Test func aProgramThatNobodyWaitsForIsEnded() throws {
    let enclosure = try Enclosure(Self.confinement())
    _ = try enclosure.start(.path("/attacks"), ["pause"], in: Self.confinement())
    let next = try Self.run("hello", in: enclosure).lines
    #expect(next == ["hello"])
  }
}
