extension PagingTraceBuilder {
  /// Accesses `pages` pages so that every string of `length` accesses to them occurs, each begun by the one before it.
  ///
  /// The shortest such sequence: the de Bruijn sequence of that order, as the Lyndon words whose length divides the order, one after
  /// the other (Fredricksen and Maiorana 1978; Knuth, TAOCP 4A, §7.2.1.1, Algorithm F). What a policy keeps of the past is thereby met
  /// in every state that so many accesses lead to, and left by every access.
  ///
  /// - Complexity: O(pages^length), which is the number of accesses but for the `length − 1` that close the circle.
  package mutating func allStrings(of length: Int, from first: Int, pages: Int) {
    precondition(length > 0 && pages > 0)
    var word = Array(repeating: 0, count: length)
    var sequence: [Int] = []
    // The Lyndon words in lexicographic order (Duval 1988): repeat the last one, drop its largest letters, and raise the next.
    var period = 1
    while true {
      if length % period == 0 { sequence += word[..<period] }
      for place in period..<max(period, length) { word[place] = word[place - period] }
      period = length
      while period > 0, word[period - 1] == pages - 1 { period -= 1 }
      if period == 0 { break }
      word[period - 1] += 1
    }
    let ends = (0..<length - 1).map { sequence[$0 % sequence.count] }
    access((sequence + ends).map { first + $0 })
  }
}
