/// The call stacks of a profile, and what the functions in them are called.
///
///     stacks     where each one's frames end          of stack 1: frames 2 and 3
///     frames     symbols, the outermost caller first  3 0 | 3 7 | …
///     symbols    where each one's name ends
///     names      bytes: UTF-8 as a rule, but anything may be there
@frozen public struct CallStacks {
  @usableFromInline let names: ByteTable
  @usableFromInline let symbols: WordTable
  @usableFromInline let frames: WordTable
  @usableFromInline let stacks: WordTable

  @inlinable public init(names: ByteTable, symbols: WordTable, frames: WordTable, stacks: WordTable) {
    self.names = names
    self.symbols = symbols
    self.frames = frames
    self.stacks = stacks
  }

  /// How many symbols there are.
  @inlinable public var symbolCount: Int { symbols.count }
  /// How many stacks there are.
  @inlinable public var count: Int { stacks.count }

  /// The bytes of a symbol's name; of several symbols they may be the same.
  @inlinable public func name(_ symbol: Int) -> Slice<ByteTable> { names[symbols.part(symbol)] }

  /// The symbols of a stack's frames, the outermost caller's first.
  @inlinable public func frames(_ stack: Int) -> CallStack {
    let part = stacks.part(stack)
    return CallStack(frames, first: part.lowerBound, count: part.count)
  }
}

/// The symbols of a stack's frames, the outermost caller's first.
@frozen public struct CallStack: RandomAccessCollection {
  @usableFromInline let frames: WordTable
  @usableFromInline let first: Int
  public let count: Int

  @inlinable init(_ frames: WordTable, first: Int, count: Int) {
    self.frames = frames
    self.first = first
    self.count = count
  }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { count }

  @inlinable public subscript(place: Int) -> Int {
    precondition(UInt(bitPattern: place) < UInt(bitPattern: count), "a stack has no such frame")
    return Int(truncatingIfNeeded: frames[first &+ place])
  }
}

extension WordTable {
  /// From where the element before ends to where this one does.
  @inlinable func part(_ place: Int) -> Range<Int> {
    let start = place == 0 ? 0 : Int(truncatingIfNeeded: self[place &- 1])
    return start..<Swift.max(start, Int(truncatingIfNeeded: self[place]))
  }
}
