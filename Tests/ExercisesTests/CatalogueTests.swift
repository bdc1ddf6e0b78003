import Examining
import Exercises
import Testing

@Suite struct CatalogueTests {
  @Test func idsAreUnique() {
    let ids = Catalogue.all.exercises.map(\.id)
    #expect(Set(ids).count == ids.count)
  }

  /// A submission's files say which exercise they are of by their names alone.
  @Test(arguments: Catalogue.all.assignments)
  func filesAreUniqueWithinAnAssignment(name: String) {
    let files = Catalogue.all.exercises(ofAssignment: name).map(\.file)
    #expect(Set(files).count == files.count)
  }
}
