import AllocLab

extension ColocatingAllocator: InvariantChecking {
  /// What is not as the file's head says, a sentence each.
  ///
  /// - Complexity: O(pages).
  public func invariantViolations() -> [String] {
    var violations: [String] = []
    func expect(_ holds: Bool, _ page: Int, _ what: String) {
      if !holds { violations.append("page \(page): \(what)") }
    }
    var rest = 0
    for page in 0..<pageEnd {
      let word = word(page)
      let tag = word & 15
      expect((tag == Self.restTag) == (rest > 0), page, "tag \(tag), \(rest) pages before the end of a large block")
      rest = max(0, rest - 1)
      if page < firstFree { expect(word != 0, page, "is free, and the first free one is \(firstFree)") }
      switch tag {
      case 0: expect(word == 0, page, "is free, with a word of \(word)")
      case Self.largeTag:
        rest = Int(word >> 4) - 1
        expect(rest >= 0 && page + rest < pageEnd, page, "a large block of \(rest + 1) pages")
      case Self.restTag: break
      case 1...6:
        let map = Map(of: page, at: maps, heap)
        expect(!map.isEmpty, page, "nothing is used, and it is not free")
        for number in 0..<4 {
          expect(map.begins[number] & ~map.used[number] == 0, page, "a block begins where nothing is used")
          // What is used goes on from the granule before, or begins.
          let before = map.used[number] << 1 | (number > 0 ? map.used[number - 1] >> 63 : 0)
          expect(map.used[number] & ~before & ~map.begins[number] == 0, page, "used granules of no block")
        }
      default: expect(false, page, "tag \(tag)")
      }
    }
    return violations
  }
}
