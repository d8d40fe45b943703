import Foundation
import Projections
import Reports

/// A line on standard error that says how far, how fast and how long still; nothing if standard
/// error is no terminal.
final class ProgressMeter {
  private let line: ProgressLine
  private let start = DispatchTime.now().uptimeNanoseconds
  private var lastShown: UInt64 = 0
  private var hasShown = false

  init(activity: String, unit: String) {
    line = ProgressLine(activity: activity, unit: unit)
  }

  /// Shows the line anew, at most ten times a second.
  func show(done: UInt64, total: UInt64?, count: UInt64) {
    guard Terminal.showsProgress else { return }
    let now = DispatchTime.now().uptimeNanoseconds
    guard now - lastShown > 100_000_000 else { return }
    lastShown = now
    hasShown = true
    let text = line.text(
      done: Int64(clamping: done), total: total.map { Int64(clamping: $0) },
      count: Int64(clamping: count), elapsedMilliseconds: Int64((now - start) / 1_000_000),
      columns: 79)
    Terminal.show("\r\u{1B}[K\(text)")
  }

  /// Takes the line away.
  func finish() {
    if hasShown { Terminal.show("\r\u{1B}[K") }
  }

  /// Shows the progress of folds.
  func show(_ progress: FoldProgress) {
    show(done: progress.position, total: progress.head, count: progress.position)
  }
}
