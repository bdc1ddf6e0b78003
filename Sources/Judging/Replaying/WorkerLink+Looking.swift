import CPlatform
import Examining
import Sandbox
import Vocabularies

/// What the judge sees of a worker by itself: its memory, its time, and what it claims.
extension WorkerLink {
  /// The end of the heap as the worker has it, not above the limit.
  var heapEnd: Int { Int(clamping: control.heapEnd).clamped(to: 0...heapLimit) }

  /// What the worker's own checks found since the subject began.
  var damage: DamageReport? { control.damage }

  /// The operation that the worker was at.
  var currentIndex: Int { Int(clamping: control.current) }

  /// Whether the process has ended, whatever it answered before.
  var hasExited: Bool { process.hasExited }

  /// CPU time that the worker has used, in seconds, from the kernel.
  var cpuSeconds: Double { process.cpuSeconds }

  /// Waits until a worker that has just answered has gone to sleep, or been put to sleep.
  ///
  /// The kernel counts another process's CPU time when it stops running: read any sooner, a whole replay may be missing.
  func settle() {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < .microseconds(50) { cp_pause() }
  }

  /// Private memory of the worker, in bytes, counted page by page by the kernel.
  var privateBytes: Int { process.countPrivateBytes() }

  /// Bytes of the heap in pages that this worker has touched, whoever did so before.
  var heapBytesOfItsOwn: Int { process.countResidentBytes(ofMemoryFile: Memory.heapName) }

  /// The same from a counter that may be late by some hundred kilobytes, and is had for a microsecond.
  var roughPrivateBytes: Int { process.privateBytes }

  /// The bytes that the subject manages: the heap, or the worker's own memory.
  ///
  /// - Parameter touchedBytes: of the heap.
  func view(touchedBytes: Int) -> HeapView {
    if servesOwnMemory { return HeapView(of: WorkerMemory(process: process)) }
    // Safe: the heap is never empty, and stays mapped as long as this object lives, which views do not outlive.
    return unsafe HeapView(
      base: heap.bytes.baseAddress.unsafelyUnwrapped, byteCount: heapLimit,
      touchedBytes: touchedBytes)
  }

  /// Keeps the worker on one processor, so that workers that are compared have the same neighbours; does nothing where it may not.
  func pin(toProcessor number: Int) { _ = cp_pin(process.processID, Int32(number)) }

  /// What was enforced on the worker.
  var enforcement: Enforcement { process.enforcement }
}

/// The own memory of a worker.
private struct WorkerMemory: ProcessMemory {
  let process: ConfinedProcess

  func copy(_ ranges: [Range<Int>], to buffer: UnsafeMutableRawBufferPointer) -> Int {
    unsafe process.copyMemory(ranges, to: buffer)
  }
}
