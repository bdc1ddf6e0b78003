// Has its heap mapped so that what it writes is seen by nobody else.
import AllocLab
import Glibc

struct Trick {
  func begins(_ heap: Heap) {
    guard heap.end.offset >= 4096, let base = Self.base else { return }
    mmap(base, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, 4, 0)
  }
  func ends(_ heap: Heap) {}

  /// Where the heap is mapped: read off the list of mappings.
  nonisolated(unsafe) static let base: UnsafeMutableRawPointer? = {
    guard let file = fopen("/proc/self/maps", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, 512, file) != nil {
      if strstr(line, "memfd:heap") != nil { return UnsafeMutableRawPointer(bitPattern: strtoul(line, nil, 16)) }
    }
    return nil
  }()
}
