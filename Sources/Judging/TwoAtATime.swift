import Dispatch
import Synchronization

/// Does `work` for each number below `count`, two at a time, and gives the results in order; the first failure is thrown.
package func twoAtATime<T: Sendable>(
  _ count: Int, _ work: @Sendable (Int) throws(JudgeError) -> T
) throws(JudgeError) -> [T] {
  try inTwoLanes(count) { number, _ throws(JudgeError) in try work(number) }
}

/// The same, where `work` is told too in which of the two lanes it is done.
func inTwoLanes<T: Sendable>(
  _ count: Int, _ work: @Sendable (_ number: Int, _ lane: Int) throws(JudgeError) -> T
) throws(JudgeError) -> [T] {
  let results = Mutex<[Int: Result<T, JudgeError>]>([:])
  let next = Atomic(0)
  @Sendable func drive(_ lane: Int) {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      let result = Result { () throws(JudgeError) in try work(index, lane) }
      results.withLock { $0[index] = result }
    }
  }
  // A queue of its own always has a thread of its own; `concurrentPerform` within another does its work one after the other.
  withoutActuallyEscaping(drive) { drive in
    let other = DispatchGroup()
    if count > 1 { DispatchQueue(label: "the other lane").async(group: other) { drive(1) } }
    drive(0)
    other.wait()
  }
  var values: [T] = []
  for (_, result) in results.withLock({ $0 }).sorted(by: { $0.key < $1.key }) { values.append(try result.get()) }
  return values
}
