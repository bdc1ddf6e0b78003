import Grading
import Judging
import SystemPackage
import Testing

@Suite struct ToldByTests {
  @Test func whatTellsAMutantIsRemembered() throws {
    let folder = try Files.makeTemporaryDirectory(in: "/tmp")
    defer { Files.remove(folder) }
    try Files.makePrivateDirectory(folder.appending("mutants"))
    #expect(try ToldBy(in: folder) == ToldBy())
    var toldBy = ToldBy()
    toldBy.remember("churn", of: "twice", in: "pool")
    toldBy.remember("pairs", of: "lost", in: "pool")
    #expect(toldBy["pool", "twice"] == "churn" && toldBy["slab", "twice"] == nil)
    try toldBy.write(in: folder)
    #expect(try ToldBy(in: folder) == toldBy)
    toldBy.remember(nil, of: "twice", in: "pool")
    #expect(toldBy["pool", "twice"] == nil && toldBy["pool", "lost"] == "pairs")
  }
}
