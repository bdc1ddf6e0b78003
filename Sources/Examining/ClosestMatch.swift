/// What a mistyped word was probably meant to be: the nearest candidate, or nil where none is near.
///
/// A slip of the shift key, a missing ending (`page` for `page-replacement`, if nothing else starts so), and up to one
/// slip in three letters are forgiven. Of equally near candidates the first is taken.
/// - Complexity: O(word × candidate) time for each candidate; words over 128 characters match nothing.
package func closestMatch(to word: String, in candidates: some Sequence<String>) -> String? {
  let typed = Array(word.lowercased())
  guard !typed.isEmpty, typed.count <= 128 else { return nil }
  var best: (candidate: String, distance: Int)?
  var completions: [String] = []
  for candidate in candidates where candidate != word {
    let letters = Array(candidate.lowercased())
    guard letters.count <= 128 else { continue }
    if typed.count >= 3, letters.count > typed.count, letters.starts(with: typed) { completions.append(candidate) }
    let limit = max(1, min(typed.count, letters.count) / 3)
    guard abs(typed.count - letters.count) <= limit else { continue }
    let distance = editDistance(typed, letters)
    // A letter or two share nothing worth suggesting, but their case.
    guard distance <= limit, distance == 0 || min(typed.count, letters.count) > 2 else { continue }
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.candidate ?? (completions.count == 1 ? completions[0] : nil)
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn one sequence into the other.
///
/// The restricted Damerau–Levenshtein (optimal string alignment) distance: no part is edited twice.
/// - Complexity: O(n·m) time, O(m) space.
package func editDistance<Element: Equatable>(_ from: [Element], _ to: [Element]) -> Int {
  // Three rows of the table: distance from the first i elements of `from` to each prefix of `to`.
  var beforeLast: [Int] = []
  var last = Array(0...to.count)
  for i in from.indices {
    var row = [i + 1]
    for j in to.indices {
      let isSame = from[i] == to[j]
      var distance = min(last[j] + (isSame ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, from[i] == to[j - 1], from[i - 1] == to[j] {
        distance = min(distance, beforeLast[j - 1] + 1)
      }
      row.append(distance)
    }
    beforeLast = last
    last = row
  }
  return last[to.count]
}
