package import Traces

/// How traces are made shorter and simpler whose operations stand each for itself, and whose words are numbers of things.
package struct IndependentReductions: Reductions {
  /// Parameters, of at least 1, that may be made smaller.
  let parameters: [String]

  package init(parameters: [String] = []) { self.parameters = parameters }

  package func shorten(_ search: ShrinkSearch) {
    lowerParameters(search)
    keepLast(search)
  }

  package func simplify(_ search: ShrinkSearch) {
    lowerParameters(search)
    renumber(search)
    shareNumbers(search)
    renumber(search)
  }

  private func lowerParameters(_ search: ShrinkSearch) {
    for name in parameters {
      guard let value = search.best.parameter(name) else { continue }
      var smaller = 1
      while smaller < value, !search.isOver {
        if search.attempt(search.best.settingParameter(name, smaller), mayBeLonger: true) { break }
        smaller += max(1, smaller / 8)
      }
    }
  }

  /// Numbers in the order in which they come first.
  private func renumber(_ search: ShrinkSearch) {
    var numbers: [UInt64: UInt64] = [:]
    var candidate = search.best
    candidate.operations = candidate.operations.map { word in
      let number = numbers[word] ?? UInt64(numbers.count)
      numbers[word] = number
      return number
    }
    search.attempt(candidate)
  }

  /// One number in place of two.
  private func shareNumbers(_ search: ShrinkSearch) {
    guard search.best.operations.count <= 64 else { return }
    var index = 0
    while index < search.best.operations.count, !search.isOver {
      for number in 0..<search.best.operations[index] where number < 16 {
        var candidate = search.best
        candidate.operations[index] = number
        if search.attempt(candidate) { break }
      }
      index += 1
    }
  }

  package func complexity(of trace: Trace) -> [Int] {
    let steps = trace.operations.count > AllocationReductions.readable ? TraceFold.steps(of: trace) : 0
    return [
      steps, Set(trace.operations).count, parameters.reduce(0) { $0 + (trace.parameter($1) ?? 0) },
      trace.operations.reduce(0) { $0 + Int(min($1, 1 << 32)) },
    ]
  }
}
