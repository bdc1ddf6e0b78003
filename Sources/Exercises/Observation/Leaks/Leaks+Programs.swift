import Traces
import Vocabularies
import Workloads

/// Larger images, and such as programs have.
extension Leaks {
  /// Several graphs in one image, each of another density.
  static func random(with generator: inout SeededGenerator) -> Trace {
    var builder = HeapImageBuilder(with: &generator)
    for density in [1, 5, 8, 10, 12, 15, 20, 30] {
      let blocks = (0..<400).map { _ in builder.any(1...120, with: &generator, gap: generator.pick([0, 8, 8])) }
      for _ in 0..<blocks.count * density / 10 {
        let (from, to) = (generator.pick(blocks), generator.pick(blocks))
        guard builder.size(of: from) >= 8 else { continue }
        let plus = generator.oneIn(3) ? generator.below(builder.size(of: to) + 2) : 0
        builder.point(from, at: 8 * generator.below(builder.size(of: from) / 8), to: to, plus: plus)
      }
      for _ in 0..<20 {
        let to = generator.pick(blocks)
        builder.anyRoot(
          .pointer(to, plus: generator.oneIn(3) ? generator.below(builder.size(of: to)) : 0), with: &generator)
      }
    }
    let order = Array(0..<builder.blockCount).shuffled(using: &generator)
    return builder.trace(with: &generator, order: order, heaps: 3, inAnyOrder: true)
  }

  /// Lists, trees and tables with buckets; some have lost their root, and some their middle.
  static func program(with generator: inout SeededGenerator) -> Trace {
    var builder = HeapImageBuilder(with: &generator)
    while builder.blockCount < 30_000 {
      let site = UInt64(generator.pick(1...400))
      let first: Int
      switch generator.below(3) {
      case 0:
        let list = (0..<generator.pick(10...1000)).map { _ in builder.block(32, site: site) }
        for place in list.indices.dropFirst() where !generator.oneIn(500) {
          builder.point(list[place - 1], at: 0, to: list[place])
          builder.point(list[place], at: 8, to: list[place - 1])
        }
        first = list[0]
      case 1:
        let tree = (0..<generator.pick(10...1500)).map { _ in builder.block(48, site: site) }
        for place in tree.indices.dropFirst() where !generator.oneIn(200) {
          builder.point(tree[(place - 1) / 2], at: 8 * (place % 2), to: tree[place])
        }
        first = tree[0]
      default:
        let buckets = generator.pick(16...512)
        first = builder.block(8 * buckets, site: site)
        for bucket in 0..<buckets {
          var (holder, offset) = (first, 8 * bucket)
          for _ in 0..<generator.below(4) {
            let node = builder.block(24, site: site + 1)
            let text = builder.block(generator.pick(1...60), site: site + 2)
            builder.point(holder, at: offset, to: node)
            builder.point(node, at: 16, to: text, plus: generator.oneIn(8) ? builder.size(of: text) / 2 : 0)
            (holder, offset) = (node, 0)
          }
        }
      }
      if !generator.oneIn(4) {
        builder.anyRoot(.pointer(first, plus: generator.oneIn(8) ? 8 : 0), with: &generator)
      }
    }
    let order = Array(0..<builder.blockCount).shuffled(using: &generator)
    return Trace(asking: timedQuestions, about: builder.image(order: order, heaps: 4))
  }

  /// Most words are no pointers, some of them close to such.
  static func buffers(with generator: inout SeededGenerator) -> Trace {
    var builder = HeapImageBuilder(with: &generator)
    let buffers = (0..<300).map { _ in builder.block(generator.pick(1000...6000), site: UInt64(generator.pick(1...20)))
    }
    for buffer in buffers {
      for offset in stride(from: 0, to: builder.size(of: buffer) - 8, by: 8) where generator.oneIn(4) {
        let number = generator.next() >> generator.pick(0...40)
        builder.set(buffer, at: offset, to: .word(number))
      }
    }
    let small = (0..<8000).map { _ in builder.block(generator.pick(16...64), site: UInt64(generator.pick(21...60))) }
    for block in small {
      let holder = generator.pick(buffers)
      builder.point(holder, at: 8 * generator.below(builder.size(of: holder) / 8), to: block)
    }
    for buffer in buffers where !generator.oneIn(5) { builder.anyRoot(.pointer(buffer), with: &generator) }
    let order = Array(0..<builder.blockCount).shuffled(using: &generator)
    return Trace(asking: timedQuestions, about: builder.image(order: order))
  }
}
