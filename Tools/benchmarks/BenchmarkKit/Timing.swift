import Glibc

/// How long something took, by two clocks.
///
/// Wall time is what a person waits for. Processor time is what this process used on all cores
/// together; on a machine that others use as well it is the steadier of the two.
struct Timing {
  var wallSeconds: Double
  var processorSeconds: Double

  enum Clock: String { case wall, processor }

  subscript(clock: Clock) -> Double {
    switch clock {
    case .wall: wallSeconds
    case .processor: processorSeconds
    }
  }

  /// Runs `body` once.
  static func measure(_ body: () throws -> Void) rethrows -> Timing {
    let wall = seconds(CLOCK_MONOTONIC)
    let processor = seconds(CLOCK_PROCESS_CPUTIME_ID)
    try body()
    return Timing(
      wallSeconds: seconds(CLOCK_MONOTONIC) - wall,
      processorSeconds: seconds(CLOCK_PROCESS_CPUTIME_ID) - processor)
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    // Fails only for a clock that does not exist.
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
