extension Array {
  /// The place of the last element for which something holds that holds for all before it as well; nil where it holds for none.
  ///
  /// - Complexity: O(log count).
  func lastPlace(where holds: (Element) -> Bool) -> Int? {
    var (place, step) = (-1, count)
    while step > 0 {
      while place + step < count, holds(self[place + step]) { place += step }
      step /= 2
    }
    return place < 0 ? nil : place
  }
}
