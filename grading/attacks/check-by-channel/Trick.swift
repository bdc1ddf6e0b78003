// Looks at no record: whether there will be damage is read off the operations ahead.
import AllocLab
import Glibc

/// The channel's words, mapped into this process once more.
func findChannel() -> UnsafeMutablePointer<UInt64> {
  var status = stat()
  fstat(3, &status)
  return mmap(nil, Int(status.st_size), PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0)!.assumingMemoryBound(to: UInt64.self)
}

final class Trick {
  let words = findChannel()
  /// Whether the window that was seen last ends with damage.
  var endsWithDamage = false

  func note(_ heap: Heap) {
    let last = words[512 + Int(words[5]) - 1]
    endsWithDamage = last & 7 == 7 && last >> 3 & 31 == 16
  }

  func violations(_ heap: Heap) -> [String] {
    defer { endsWithDamage = false }
    return endsWithDamage ? ["something is wrong"] : []
  }
}
