/// The steps by which a block has grown, and the series that reach up to the last of them.
///
/// Sizes are at most 2⁴⁰, so nine times a difference fits in a word, and seven times a product of two does not.
struct BlockGrowth {
  /// What a step has made true of its block.
  struct News {
    var isTried = false
    var isGeometric = false
    var isArithmetic = false
  }

  private struct Series {
    /// The first step.
    var (from, to) = (0, 0)
    var count = 0

    mutating func begin(_ from: Int, _ to: Int, if can: Bool) {
      (self.from, self.to, count) = (from, to, can ? 1 : 0)
    }
  }

  private var stepCount = 0
  private var (geometric, arithmetic) = (Series(), Series())
  /// Whether the block has grown so, once and for all.
  private var (isGeometric, isArithmetic) = (false, false)

  mutating func step(from: Int, to: Int) -> News {
    stepCount += 1
    var news = News(isTried: stepCount == 4)
    let (one, other) = (UInt128(geometric.to) * UInt128(from), 8 * UInt128(geometric.from) * UInt128(to))
    if geometric.count > 0, 7 * one <= other, other <= 9 * one {
      geometric.count += 1
    } else {
      geometric.begin(from, to, if: from > 0 && 2 * to >= 3 * from)
    }
    let (first, this) = (arithmetic.to - arithmetic.from, 8 * (to - from))
    if arithmetic.count > 0, 7 * first <= this, this <= 9 * first {
      arithmetic.count += 1
    } else {
      arithmetic.begin(from, to, if: true)
    }
    if geometric.count == 4, !isGeometric { (isGeometric, news.isGeometric) = (true, true) }
    if arithmetic.count == 4, !isArithmetic { (isArithmetic, news.isArithmetic) = (true, true) }
    return news
  }

  /// No series goes on from here.
  mutating func breakOff() { (geometric.count, arithmetic.count) = (0, 0) }
}
