import InterposeC

/// The system calls that the recorder makes, each answering the kernel's own result: negative is an error.
enum SystemCall {
  static var notSupported: Int { -95 }
  static var exists: Int { -17 }
  static var interrupted: Int { -4 }
  static var noSuchProcess: Int { -3 }
  static var noMemory: Int { 12 }
  static var noSpace: Int { 28 }

  @inline(never)
  static func perform(
    _ number: Int32, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, _ d: Int = 0, _ e: Int = 0, _ f: Int = 0
  ) -> Int {
    while true {
      let result = interpose_system_call(Int(number), a, b, c, d, e, f)
      if result != interrupted { return result }
    }
  }

  static func yield() { _ = perform(SYS_sched_yield) }

  static func threadIdentifier() -> Int { perform(SYS_gettid) }

  static func processIdentifier() -> Int { perform(SYS_getpid) }

  static func isAlive(thread: UInt32, of process: UInt32) -> Bool {
    perform(SYS_tgkill, Int(process), Int(thread), 0) != noSuchProcess
  }

  /// Fresh zeroed memory of this process alone, or nil.
  static func map(byteCount: Int, wipedOnFork: Bool) -> UInt? {
    // PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE.
    let address = perform(SYS_mmap, 0, byteCount, 3, 0x4022, -1, 0)
    if address < 0 && address > -4096 { return nil }
    let wipeOnFork = 18
    if wipedOnFork && perform(SYS_madvise, address, byteCount, wipeOnFork) < 0 { return nil }
    return UInt(bitPattern: address)
  }

  /// Part of a file, shared, and not there in forked children; or nil.
  static func map(file: Int32, offset: UInt, byteCount: UInt) -> UInt? {
    // PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE: all of it will be written.
    let address = perform(SYS_mmap, 0, Int(byteCount), 3, 0x8001, Int(file), Int(offset))
    if address < 0 && address > -4096 { return nil }
    let dontFork = 10
    _ = perform(SYS_madvise, address, Int(byteCount), dontFork)
    return UInt(bitPattern: address)
  }

  /// Opens a path: the descriptor or an error.
  static func open(_ path: UnsafePointer<CChar>, flags: Int) -> Int {
    let currentFolder = -100
    return perform(SYS_openat, currentFolder, Int(bitPattern: path), flags | closeOnExec, 0o600)
  }

  static var readOnly: Int { 0 }
  static var readWrite: Int { 2 }
  static var createNew: Int { 0o300 }
  static var closeOnExec: Int { 0o2000000 }

  static func close(_ file: Int32) { _ = perform(SYS_close, Int(file)) }

  /// Moves a descriptor out of the way of the program's own, which expect to be the lowest free ones.
  static func moveHigh(_ file: Int32) -> Int32 {
    let duplicateCloseOnExec = 1030
    var floor = 1000
    while floor >= 20 {
      let high = perform(SYS_fcntl, Int(file), duplicateCloseOnExec, floor)
      if high >= 0 {
        close(file)
        return Int32(truncatingIfNeeded: high)
      }
      floor /= 2
    }
    return file
  }

  /// Device and inode of an open file, or nil.
  static func identity(of file: Int32) -> (device: UInt, inode: UInt)? {
    // Safe: 256 bytes hold a `struct stat`, which begins with these two on every 64-bit Linux.
    unsafe withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { status in
      guard let base = status.baseAddress, perform(SYS_fstat, Int(file), Int(bitPattern: base)) >= 0 else {
        return nil
      }
      return unsafe (base.load(as: UInt.self), base.load(fromByteOffset: 8, as: UInt.self))
    }
  }
}
