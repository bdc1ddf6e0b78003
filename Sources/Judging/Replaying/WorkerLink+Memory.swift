import Sandbox
import Traces
import Vocabularies

extension WorkerLink {
  /// The memory that a worker shares with the judge. One worker after the other may use it, each finding it empty.
  struct Memory {
    static let heapName = "heap"

    let channel: SharedMemory
    let heap: SharedMemory
    /// What no worker may write; nil where no trace has tables.
    let tables: SharedMemory?
    /// Words of answers that there is room for.
    let answerWords: Int
    let capacity: Int
    let slotCount: Int
    let slotWords: Int

    /// - Parameters:
    ///   - traces: those that workers will be prepared for; there is room for the largest.
    ///   - capacity: the most operations that are sent at once.
    ///   - slotWords: that a slot has: against the clock, an address is all that is kept.
    init(for traces: [Trace], capacity: Int, slotWords: Int = Channel.slotWords) throws(JudgeError) {
      self.capacity = max(capacity, 1)
      self.slotWords = slotWords
      slotCount = (traces.reduce(0) { max($0, $1.slotCount) } * slotWords + Channel.slotWords - 1) / Channel.slotWords
      answerWords = traces.reduce(0) { max($0, $1.answerWords) }
      let tableBytes = traces.reduce(0) { max($0, TableDirectory.room(for: $1.tables)) }
      do {
        tables =
          tableBytes == 0 ? nil : try SharedMemory(name: "tables", size: tableBytes, othersMayWrite: false)
        channel = try SharedMemory(
          name: "channel",
          size: Channel.byteCount(capacity: self.capacity, slotCount: slotCount, answerWords: answerWords))
        heap = try SharedMemory(
          name: Self.heapName, size: traces.reduce(4096) { max($0, WorkerLink.heapLimit(of: $1)) })
      } catch { throw .sandbox("\(error)") }
    }

    func wipe() {
      channel.wipe()
      heap.wipe()
    }
  }
}
