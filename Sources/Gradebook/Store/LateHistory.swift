/// How late a student was with everything that one gradebook knows of, to tell who has used up which slip days.
///
/// An assignment counts as it was graded last, and they come one after the other as each was first graded, of anybody: so neither the
/// order of rows nor grading again changes whose days were used first.
package struct LateHistory: Sendable, Equatable {
  /// What a student had in one run.
  package struct Record: Sendable, Equatable {
    package var run: Int64
    package var lateDays: Int
    package var assignments: [String]

    package init(run: Int64, lateDays: Int, assignments: [String]) {
      (self.run, self.lateDays, self.assignments) = (run, lateDays, assignments)
    }
  }

  private let records: [Record]
  /// The run in which an assignment was graded first.
  private let firstRuns: [String: Int64]

  package init(_ records: [Record], firstRuns: [String: Int64]) {
    (self.records, self.firstRuns) = (records, firstRuns)
  }

  /// Days that other assignments were late, which were first graded before those of a run.
  ///
  /// - Parameter more: days more that the student has with each before it is late.
  /// - Complexity: O(records × assignments).
  package func daysBefore(_ run: Int64, extension more: Int) -> Int {
    let known = records.filter { $0.run <= run }
    guard let own = known.first(where: { $0.run == run }), !own.assignments.isEmpty else { return 0 }
    var last: [String: Int64] = [:]
    for record in known {
      for name in record.assignments { last[name] = max(last[name] ?? record.run, record.run) }
    }
    /// Where a record comes, by those of its assignments that no later one has; nil where there are none.
    func place(_ record: Record) -> (Int64, String)? {
      record.assignments.filter { last[$0] == record.run }.map { (firstRuns[$0] ?? record.run, $0) }.min { $0 < $1 }
    }
    guard let ownPlace = place(own) else { return 0 }
    return known.reduce(0) { days, record in
      guard record.run != run, let place = place(record), place < ownPlace else { return days }
      return days + max(0, record.lateDays - more)
    }
  }
}
