import Glibc
import Judging
import Testing

@Suite struct SleepMeterTests {
  /// Looks at a worker every 10 ms: whether it is asleep, and how much CPU time it has used since the look before.
  private func meter(_ looks: [(isAsleep: Bool, cpuSeconds: Double)]) -> SleepMeter {
    var meter = SleepMeter()
    let start = ContinuousClock.now
    var cpuSeconds = 0.0
    for (number, look) in looks.enumerated() {
      cpuSeconds += look.cpuSeconds
      meter.add(
        SleepMeter.Look(
          time: start + .milliseconds(10 * number), cpuSeconds: cpuSeconds, isAsleep: look.isAsleep))
    }
    return meter
  }

  @Test func sleepAddsUp() {
    #expect(!meter(Array(repeating: (true, 0), count: 50)).isOver)
    #expect(meter(Array(repeating: (true, 0), count: 53)).isOver)
  }

  @Test func workAndWaitingForAProcessorDoNotCount() {
    #expect(meter(Array(repeating: (false, 0), count: 500)).seconds == 0)
    #expect(meter((0..<500).map { ($0 % 2 == 0, 0) }).seconds == 0)
    // Threads work while the first one sleeps.
    #expect(meter(Array(repeating: (true, 0.009), count: 500)).seconds == 0)
  }

  /// Looks every 10 ms at a worker that sleeps at each of them; what it did between, as the kernel counts it.
  private func meter(ran: Double, waited: Double, looks: Int = 501) -> SleepMeter {
    var meter = SleepMeter()
    let start = ContinuousClock.now
    for number in 0..<looks {
      meter.add(
        SleepMeter.Look(
          time: start + .milliseconds(10 * number), cpuSeconds: ran * Double(number), isAsleep: true,
          waitedSeconds: waited * Double(number)))
    }
    return meter
  }

  @Test func onlyTheRestOfAStretchCounts() {
    // On a machine so busy that it waits for a processor nearly all the time.
    #expect(meter(ran: 0.001, waited: 0.009).seconds < 1e-6)
    #expect(meter(ran: 0, waited: 0.0105).seconds == 0)
    // Half of the time at work does not hide the other half.
    #expect(abs(meter(ran: 0.005, waited: 0).seconds - 2.5) < 1e-6)
    #expect(abs(meter(ran: 0.003, waited: 0.003).seconds - 2) < 1e-6)
  }

  /// While it waits for a processor, what it has waited is not in the books yet.
  @Test func aStretchIsClosedWhileItSleeps() {
    var meter = SleepMeter()
    let start = ContinuousClock.now
    func look(_ milliseconds: Int, isAsleep: Bool, waited: Double) {
      meter.add(
        SleepMeter.Look(
          time: start + .milliseconds(milliseconds), cpuSeconds: 0, isAsleep: isAsleep, waitedSeconds: waited))
    }
    look(0, isAsleep: true, waited: 0)
    look(10, isAsleep: false, waited: 0)
    look(900, isAsleep: false, waited: 0)
    #expect(meter.seconds == 0)
    look(1000, isAsleep: true, waited: 0.99)
    #expect(abs(meter.seconds - 0.01) < 1e-6)
  }

  @Test func theKernelTellsOfAProcess() throws {
    let waited = try #require(SleepMeter.waitedSeconds(getpid()))
    #expect(waited >= 0 && waited < 1e6)
    #expect(SleepMeter.waitedSeconds(Int32.max) == nil)
  }

  @Test func whatLiesBetweenTwoRequestsDoesNotCount() {
    var meter = SleepMeter()
    let start = ContinuousClock.now
    for number in 0..<10 {
      meter.begin()
      meter.add(SleepMeter.Look(time: start + .seconds(number), cpuSeconds: 0, isAsleep: true))
    }
    #expect(meter.seconds == 0)
  }
}
