import Examining

/// A bit for each of many places, all of them 0 at first.
///
/// What is asked of a range costs a word for 64 places, and memory is taken only where bits were set.
struct BitPlane {
  private let words: ZeroedWords<UInt64>
  /// How many places there are.
  let count: Int

  init(count: Int) {
    self.count = count
    // One more than is needed, so that two neighbours can be read together.
    words = ZeroedWords(count: count / 64 + 2)
  }

  /// The places that there are among those of a range.
  private func clamped(_ places: Range<Int>) -> Range<Int> { places.clamped(to: 0..<count) }

  subscript(place: Int) -> Bool {
    place >= 0 && place < count && words[place >> 6] >> UInt64(place & 63) & 1 != 0
  }

  /// Sets the bits of a range to one value.
  func set(_ places: Range<Int>, to isSet: Bool) {
    let places = clamped(places)
    guard !places.isEmpty else { return }
    for word in places.lowerBound >> 6...(places.upperBound - 1) >> 6 {
      let mask = Self.mask(word, places)
      words[word] = isSet ? words[word] | mask : words[word] & ~mask
    }
  }

  /// The first place of a range whose bit is of that value, or nil.
  func first(_ isSet: Bool, in places: Range<Int>) -> Int? {
    let places = clamped(places)
    guard !places.isEmpty else { return nil }
    for word in places.lowerBound >> 6...(places.upperBound - 1) >> 6 {
      let found = (isSet ? words[word] : ~words[word]) & Self.mask(word, places)
      if found != 0 { return word << 6 + found.trailingZeroBitCount }
    }
    return nil
  }

  /// The last place of a range whose bit is set, or nil.
  func lastSet(in places: Range<Int>) -> Int? {
    let places = clamped(places)
    guard !places.isEmpty else { return nil }
    for word in (places.lowerBound >> 6...(places.upperBound - 1) >> 6).reversed() {
      let found = words[word] & Self.mask(word, places)
      if found != 0 { return word << 6 + 63 - found.leadingZeroBitCount }
    }
    return nil
  }

  /// Copies `count` bits, all of which are there, as if all were read before any is written.
  func copy(from source: Int, to destination: Int, count: Int) {
    var done = 0
    while done < count {
      let step = min(64, count - done)
      // From the end on which nothing is overwritten that is still to be read.
      let start = destination <= source ? done : count - done - step
      put(bits(at: source + start), step, at: destination + start)
      done += step
    }
  }

  /// 64 bits from a place on.
  private func bits(at place: Int) -> UInt64 {
    let (word, shift) = (place >> 6, UInt64(place & 63))
    return shift == 0 ? words[word] : words[word] >> shift | words[word + 1] << (64 - shift)
  }

  private func put(_ bits: UInt64, _ count: Int, at place: Int) {
    let places = place..<place + count
    for word in place >> 6...(place + count - 1) >> 6 {
      let mask = Self.mask(word, places)
      let shift = place - word << 6
      words[word] = words[word] & ~mask | (shift >= 0 ? bits << UInt64(shift) : bits >> UInt64(-shift)) & mask
    }
  }

  /// The bits of a word that are places of a range, which has some in it.
  private static func mask(_ word: Int, _ places: Range<Int>) -> UInt64 {
    let (low, high) = (max(places.lowerBound - word << 6, 0), min(places.upperBound - word << 6, 64))
    return ~0 << UInt64(low) & ~0 >> UInt64(64 - high)
  }
}
