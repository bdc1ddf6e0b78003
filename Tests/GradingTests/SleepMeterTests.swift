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
