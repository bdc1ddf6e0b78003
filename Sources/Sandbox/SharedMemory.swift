internal import CPlatform
internal import Glibc
package import SystemPackage

/// Memory of a fixed size that the judge maps and a confined process inherits as a descriptor.
///
/// A memory file (`memfd_create`), sealed so that its size cannot change: no access of the judge's can fault because
/// the other side cut it short. Pages take memory once touched, whoever touches them.
@safe package final class SharedMemory: @unchecked Sendable {
  /// In bytes, whole pages.
  package let size: Int
  /// Where the judge sees it. Whoever reads what the other process may be writing must expect any bytes.
  package let bytes: UnsafeMutableRawBufferPointer
  private let file: Descriptor
  private let othersMayWrite: Bool

  /// A name for `/proc/PID/maps`, and a size that is rounded up to whole pages.
  ///
  /// Where others may not write, the seal is kept by the kernel: no mapping made later is writable.
  package init(name: String, size: Int, othersMayWrite: Bool = true) throws(SandboxError) {
    precondition(size > 0, "shared memory is not empty")
    let pageSize = sysconf(Int32(_SC_PAGESIZE))
    self.size = (size + pageSize - 1) / pageSize * pageSize
    self.othersMayWrite = othersMayWrite
    let number = unsafe cp_memory_file(name, 1)
    guard number >= 0 else { throw .system(call: "memfd_create", Errno(rawValue: -number)) }
    file = Descriptor(number)
    guard ftruncate(number, self.size) == 0 else { throw .system(call: "ftruncate", Errno(rawValue: errno)) }
    let flags = PROT_READ | PROT_WRITE
    guard let base = unsafe mmap(nil, self.size, flags, MAP_SHARED, number, 0), unsafe base != MAP_FAILED else {
      throw .system(call: "mmap of \(self.size) bytes", Errno(rawValue: errno))
    }
    unsafe bytes = UnsafeMutableRawBufferPointer(start: base, count: self.size)
    let error = cp_seal_size(number, othersMayWrite ? 0 : 1)
    guard error == 0 else { throw .system(call: "fcntl F_ADD_SEALS", Errno(rawValue: error)) }
  }

  deinit { unsafe munmap(bytes.baseAddress, size) }

  /// To be inherited; valid as long as this object lives.
  package var descriptor: FileDescriptor { FileDescriptor(rawValue: file.number) }

  /// The memory that the pages touched so far take, in bytes: what the kernel counts for the file.
  /// - Complexity: O(1), one system call.
  package var touchedBytes: Int {
    var status = stat()
    guard unsafe fstat(file.number, &status) == 0 else { return 0 }
    return Int(status.st_blocks) * 512
  }

  // Macros of <unistd.h> that are not imported.
  private static let seekData: Int32 = 3
  private static let seekHole: Int32 = 4

  /// Makes all bytes zero that may be others, and keeps the pages, so that whoever touches them next pays less for it.
  /// - Complexity: O(touched pages).
  package func wipe() {
    var start = lseek(file.number, 0, Self.seekData)
    while start >= 0, start < size {
      let end = lseek(file.number, start, Self.seekHole)
      guard end > start else { break }
      // Safe: the kernel gives places within the file, which is as large as the mapping.
      unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start..<min(end, size)])
        .initializeMemory(as: UInt8.self, repeating: 0)
      start = lseek(file.number, end, Self.seekData)
    }
  }

  /// Makes all bytes zero, in new pages that no other process has in its tables, as many from the start on as there were.
  /// - Complexity: O(touched pages).
  package func renew() throws(SandboxError) {
    let count = min(touchedBytes, size)
    try zero()
    for offset in stride(from: 0, to: count, by: 4096) {
      // Safe: the offset lies within the mapping.
      unsafe bytes[offset] = 0
    }
  }

  /// Makes all bytes zero and gives the pages back, also under mappings of other processes.
  package func zero() throws(SandboxError) { try punchHole(0..<size) }

  /// Makes the bytes of `range` zero, and gives whole pages in it back.
  package func punchHole(_ range: Range<Int>) throws(SandboxError) {
    precondition(range.lowerBound >= 0 && range.upperBound <= size, "the range lies within the memory")
    guard !range.isEmpty else { return }
    guard othersMayWrite else {
      // The kernel refuses holes under a write seal.
      unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[range]).initializeMemory(as: UInt8.self, repeating: 0)
      return
    }
    let error = cp_punch_hole(file.number, Int64(range.lowerBound), Int64(range.count))
    guard error == 0 else { throw .system(call: "fallocate", Errno(rawValue: error)) }
  }
}
