import Glibc

/// Many words that are zero at first, and take memory only where they are touched.
///
/// An oracle has a word for each place in a heap of which most traces use little; an array would touch all of them.
@safe package final class ZeroedWords<Word: FixedWidthInteger & BitwiseCopyable> {
  private let base: UnsafeMutablePointer<Word>
  let count: Int

  package init(count: Int) {
    precondition(count > 0, "there is at least one word")
    guard let memory = unsafe calloc(count, MemoryLayout<Word>.size) else {
      preconditionFailure("no memory for \(count) words")
    }
    unsafe base = memory.bindMemory(to: Word.self, capacity: count)
    self.count = count
  }

  deinit { unsafe free(base) }

  package subscript(index: Int) -> Word {
    get {
      precondition(index >= 0 && index < count, "the word is one of them")
      return unsafe base[index]
    }
    set {
      precondition(index >= 0 && index < count, "the word is one of them")
      unsafe base[index] = newValue
    }
  }
}
