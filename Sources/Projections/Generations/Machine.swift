import EventLog
import Foundation
import Quantities

/// What building needs to know of the machine. Folds know nothing of it.
struct Machine: Sendable {
  /// Names the run of the system's kernel; nil if nobody knows. What was not synced outlives a
  /// process that is killed, and not the run of the kernel.
  var bootID: String?
  /// The time of day.
  var now: @Sendable () -> Instant = SystemClock.now
  /// Milliseconds that only go forward.
  var uptimeMilliseconds: @Sendable () -> UInt64 = {
    DispatchTime.now().uptimeNanoseconds / 1_000_000
  }

  /// This machine.
  static var current: Machine {
    let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .ascii)
    let bootID = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    return Machine(bootID: bootID.isEmpty ? nil : bootID)
  }
}
