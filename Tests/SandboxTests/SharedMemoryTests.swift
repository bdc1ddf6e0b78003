import Glibc
import Sandbox
import SystemPackage
import Testing

@Suite struct SharedMemoryTests {
  @Test func pagesAreCountedAndGivenBack() throws {
    let memory = try SharedMemory(name: "test", size: 100_000)
    #expect(memory.size == 102_400)
    #expect(memory.touchedBytes == 0)
    memory.bytes[0] = 1
    memory.bytes[50_000] = 2
    #expect(memory.touchedBytes == 8192)
    try memory.punchHole(0..<4096)
    #expect(memory.touchedBytes == 4096)
    #expect(memory.bytes[0] == 0 && memory.bytes[50_000] == 2)
    try memory.zero()
    #expect(memory.touchedBytes == 0)
    #expect(memory.bytes.allSatisfy { $0 == 0 })
  }

  @Test func writtenByBothSides() throws {
    let memory = try SharedMemory(name: "test", size: 1 << 20)
    let end = try attack(["shared"]) { $0.inheritedDescriptors = [.init(memory.descriptor, as: 3)] }
    #expect(end.reason == .exited(code: 0))
    #expect(end.lines == ["mmap allowed", "truncate EPERM", "grow EPERM", "map-again allowed"])
    #expect(memory.bytes[0] == UInt8(ascii: "x"))
    #expect(memory.touchedBytes == 4096)
  }

  @Test func readOnlyForOthers() throws {
    let memory = try SharedMemory(name: "test", size: 1 << 20, othersMayWrite: false)
    memory.bytes[9] = 7
    let end = try attack(["shared"]) { $0.inheritedDescriptors = [.init(memory.descriptor, as: 3)] }
    #expect(end.reason == .exited(code: 0))
    #expect(end.lines == ["mmap EPERM", "truncate EPERM", "grow EPERM", "map-again EPERM"])
    try memory.zero()
    #expect(memory.bytes[9] == 0)
  }
}
