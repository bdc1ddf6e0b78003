/// Chooses few of the hashes of all k-grams of a row of words, so that what two rows share in `guarantee` words or more is sure to be
/// found, and what they share in fewer than `gram` never is.
///
/// Of each `window` hashes in a row the least is chosen, of equal ones the last, but the one of the window before for as long as it
/// is in it. Some 2 of `window` + 1 are chosen.
///
/// Source: Schleimer, Wilkerson and Aiken 2003, "Winnowing: local algorithms for document fingerprinting".
package struct Winnowing: Sendable, Equatable {
  /// Words whose hash is taken together: k.
  package let gram: Int
  /// Hashes of which one at least is chosen: w.
  package let window: Int

  /// From so many words in a row on, what is shared is found: t = w + k − 1.
  package var guarantee: Int { window + gram - 1 }

  /// Of tokens without names, 24 are some three lines.
  package static let standard = Winnowing(gram: 24, window: 13)

  package init(gram: Int, window: Int) {
    precondition(gram > 0 && window > 0, "a gram has a word, and a window a hash")
    (self.gram, self.window) = (gram, window)
  }

  package struct Fingerprint: Sendable, Equatable {
    package let hash: UInt64
    /// The number of its first word.
    package let place: Int
  }

  /// The hashes of all grams, in order; none where there are fewer words than in one.
  /// - Complexity: O(words).
  package func hashes(of words: [UInt64]) -> [UInt64] {
    guard words.count >= gram else { return [] }
    var rolling = RollingHash(length: gram)
    var hashes: [UInt64] = []
    hashes.reserveCapacity(words.count - gram + 1)
    for (place, word) in words.enumerated() {
      rolling.push(word, dropping: place >= gram ? words[place - gram] : nil)
      // Which is least must not depend on the last words alone.
      if place >= gram - 1 { hashes.append(Self.mixed(rolling.value)) }
    }
    return hashes
  }

  /// The fingerprints, in order; of fewer hashes than in a window, one.
  /// - Complexity: O(words), on average.
  package func fingerprints(of words: [UInt64]) -> [Fingerprint] { chosen(of: hashes(of: words)) }

  /// Those of some hashes in a row.
  package func chosen(of hashes: [UInt64]) -> [Fingerprint] {
    guard !hashes.isEmpty else { return [] }
    var chosen: [Fingerprint] = []
    var least = -1
    for end in min(window, hashes.count) - 1..<hashes.count {
      let start = max(0, end - window + 1)
      if least < start {
        least = start
        for place in start...end where hashes[place] <= hashes[least] { least = place }
      } else if hashes[end] < hashes[least] {
        least = end
      } else {
        continue
      }
      chosen.append(Fingerprint(hash: hashes[least], place: least))
    }
    return chosen
  }

  /// Source: Steele, Lea and Flood 2014, SplitMix64's finaliser.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
    return bits ^ bits >> 31
  }
}
