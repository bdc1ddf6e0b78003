import InterposeC

extension UnsafeMutablePointer<Recording> {
  /// Copies the folder's path out of the environment, or notes that there is none.
  func keepFolder(from environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) {
    let folder = unsafe interpose_folder_path()
    let name = RecordingLayout.folderVariable
    var entry = unsafe environment
    while let variable = unsafe entry.pointee {
      unsafe entry += 1
      // Safe: the comparison ends at the first difference, and both strings end with 0.
      var length = 0
      while unsafe length < name.utf8CodeUnitCount && UInt8(bitPattern: variable[length]) == name.utf8Start[length] {
        length += 1
      }
      guard unsafe length == name.utf8CodeUnitCount && variable[length] == 61 else { continue }
      let path = unsafe variable + length + 1
      var count = 0
      while unsafe path[count] != 0 && count < 4000 {
        unsafe folder[count] = path[count]
        count += 1
      }
      if unsafe path[count] == 0 && count > 0 { return }
    }
    unsafe folder.pointee = 1
  }

  /// Creates `process.count.raw` with its header. False when that cannot be.
  func createFile() -> Bool {
    unsafe pointee.process = UInt32(truncatingIfNeeded: SystemCall.processIdentifier())
    while unsafe pointee.nameCount < 100_000 {
      let file = unsafe openFile(flags: SystemCall.readWrite | SystemCall.createNew)
      if file == SystemCall.exists {
        unsafe pointee.nameCount &+= 1
        continue
      }
      guard file >= 0 else { return false }
      unsafe pointee.file = SystemCall.moveHigh(Int32(truncatingIfNeeded: file))
      guard let identity = unsafe SystemCall.identity(of: pointee.file) else { return false }
      unsafe (pointee.device, pointee.inode) = identity
      return unsafe writeHeader()
    }
    return false
  }

  /// Writes the file's first page. The arguments come from the kernel: they are at hand nowhere else this early.
  private func writeHeader() -> Bool {
    // Safe: every offset and count stays below the header's byte count, which is the scratch room's.
    let base = unsafe UnsafeMutableRawPointer(interpose_scratch_room())
    unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: RecordingLayout.headerByteCount)
    unsafe base.storeBytes(of: RecordingLayout.magic, as: UInt64.self)
    unsafe base.storeBytes(of: RecordingLayout.version, toByteOffset: 8, as: UInt32.self)
    unsafe base.storeBytes(of: UInt32(RecordingLayout.chunkByteCount), toByteOffset: 12, as: UInt32.self)
    unsafe base.storeBytes(of: pointee.process, toByteOffset: 16, as: UInt32.self)
    let parent = UInt32(truncatingIfNeeded: SystemCall.perform(SYS_getppid))
    unsafe base.storeBytes(of: parent, toByteOffset: 20, as: UInt32.self)
    unsafe base.storeBytes(of: interpose_microseconds(), toByteOffset: 24, as: UInt64.self)
    unsafe base.storeBytes(of: pointee.lostStartUpEvents, toByteOffset: 40, as: UInt64.self)
    let arguments = StaticString("/proc/self/cmdline")
    let source = unsafe SystemCall.open(
      UnsafeRawPointer(arguments.utf8Start).assumingMemoryBound(to: CChar.self), flags: SystemCall.readOnly)
    if source >= 0 {
      let offset = RecordingLayout.argumentsOffset
      let count = unsafe SystemCall.perform(
        SYS_read, source, Int(bitPattern: base + offset), RecordingLayout.headerByteCount - offset)
      SystemCall.close(Int32(truncatingIfNeeded: source))
      unsafe base.storeBytes(of: UInt32(truncatingIfNeeded: max(0, count)), toByteOffset: 48, as: UInt32.self)
    }
    return unsafe SystemCall.perform(
      SYS_pwrite64, Int(pointee.file), Int(bitPattern: base), RecordingLayout.headerByteCount, 0)
      == RecordingLayout.headerByteCount
  }

  /// Gives the file room for a chunk and maps it. Where that fails the recording stops.
  func mapChunk(offset: UInt) -> UInt? {
    guard unsafe reachFile() else { return nil }
    let file = unsafe Int(pointee.file)
    let byteCount = UInt(RecordingLayout.chunkByteCount)
    // A disk that is full is found out here, not by a store to the window.
    var result = SystemCall.perform(SYS_fallocate, file, 0, Int(offset), Int(byteCount))
    if result == SystemCall.notSupported {
      // Safe: one byte, 0, read from a variable that lives across the call.
      var zero: UInt8 = 0
      result = unsafe withUnsafePointer(to: &zero) {
        SystemCall.perform(SYS_pwrite64, file, Int(bitPattern: $0), 1, Int(offset &+ byteCount) &- 1)
      }
    }
    if result >= 0, let base = unsafe SystemCall.map(file: pointee.file, offset: offset, byteCount: byteCount) {
      return base
    }
    unsafe stop(result < 0 ? -result : SystemCall.noMemory)
    return nil
  }

  /// Writes a chunk. Where that fails the recording stops.
  func writeChunk(_ chunk: UnsafeMutableRawPointer, offset: UInt) -> Bool {
    let byteCount = RecordingLayout.chunkByteCount
    let result = unsafe SystemCall.perform(
      SYS_pwrite64, Int(pointee.file), Int(bitPattern: chunk), byteCount, Int(offset))
    if result == byteCount { return true }
    unsafe stop(result < 0 ? -result : SystemCall.noSpace)
    return false
  }

  /// Ends the recording; its header says why.
  private func stop(_ errno: Int) {
    var reason = UInt32(truncatingIfNeeded: errno)
    unsafe withUnsafePointer(to: &reason) {
      // Safe: four bytes, read from a variable that lives across the call.
      _ = unsafe SystemCall.perform(SYS_pwrite64, Int(pointee.file), Int(bitPattern: $0), 4, 32)
    }
    unsafe interpose_store(phaseWord, 4)
  }

  /// Whether `file` is open; opens it again where the program has closed it, as daemons close all they have.
  func reachFile() -> Bool {
    if let identity = unsafe SystemCall.identity(of: pointee.file),
      unsafe identity.device == pointee.device && identity.inode == pointee.inode
    {
      return true
    }
    let file = unsafe openFile(flags: SystemCall.readWrite)
    guard file >= 0 else {
      unsafe interpose_store(phaseWord, 4)
      return false
    }
    unsafe pointee.file = SystemCall.moveHigh(Int32(truncatingIfNeeded: file))
    return true
  }

  /// Opens `folder/process.count.raw`.
  private func openFile(flags: Int) -> Int {
    // Safe: a folder's path has at most 4000 bytes, and the name after it fewer than 40.
    let folder = unsafe interpose_folder_path()
    let path = unsafe interpose_scratch_room()
    var count = 0
    func put(_ byte: UInt8) {
      unsafe path[count] = CChar(bitPattern: byte)
      count += 1
    }
    func put(_ number: UInt32) {
      if number >= 10 { put(number / 10) }
      put(UInt8(truncatingIfNeeded: 48 + number % 10))
    }
    while unsafe folder[count] != 0 { put(unsafe UInt8(bitPattern: folder[count])) }
    put(UInt8(ascii: "/"))
    put(unsafe pointee.process)
    put(UInt8(ascii: "."))
    put(unsafe pointee.nameCount)
    put(UInt8(ascii: "."))
    put(UInt8(ascii: "r"))
    put(UInt8(ascii: "a"))
    put(UInt8(ascii: "w"))
    put(UInt8(0))
    return unsafe SystemCall.open(path, flags: flags)
  }
}
