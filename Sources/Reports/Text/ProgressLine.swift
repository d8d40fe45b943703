/// The words of a progress line: how far, how fast, how long still.
///
/// Only formatting: the caller has the clock, knows whether there is a terminal and prints.
///
///     let line = ProgressLine(activity: "Importing", unit: "events")
///     line.text(done: read, total: size, count: events, elapsedMilliseconds: 4_200, columns: 80)
///     // Importing  42 %  1 234 567 events  812 000/s  6 s left
public struct ProgressLine: Sendable {
  /// What is going on: `Importing`.
  public var activity: String
  /// What is counted: `events`.
  public var unit: String

  public init(activity: String, unit: String) {
    self.activity = activity
    self.unit = unit
  }

  /// - Parameters:
  ///   - done: how much of the work is done, in any unit (bytes, positions).
  ///   - total: the whole work in the same unit; nil if nobody knows, for a pipe.
  ///   - count: how many ``unit`` were handled; the rate is theirs.
  ///   - elapsedMilliseconds: since the start.
  ///   - columns: the width of the terminal. Parts that do not fit are left out from the end.
  public func text(
    done: Int64, total: Int64?, count: Int64, elapsedMilliseconds: Int64, columns: Int
  ) -> String {
    var parts = [TerminalText.harmless(activity)]
    let style = NumberStyle.terminal
    if let total { parts.append(percent(done: done, total: total)) }
    parts.append("\(style.grouped(String(count))) \(unit)")
    if let rate = rate(count: count, milliseconds: elapsedMilliseconds) {
      parts.append("\(style.grouped(String(rate)))/s")
    }
    if let total,
      let seconds = secondsLeft(done: done, total: total, milliseconds: elapsedMilliseconds)
    {
      parts.append("\(Self.duration(seconds: seconds)) left")
    }
    while parts.count > 1, width(parts) > columns { parts.removeLast() }
    return parts.joined(separator: "  ")
  }

  private func width(_ parts: [String]) -> Int {
    TerminalText.width(of: parts.joined(separator: "  "))
  }

  /// Never 100 % before the end.
  private func percent(done: Int64, total: Int64) -> String {
    guard total > 0, done < total else { return "100 %" }
    return "\(Int128(max(0, done)) * 100 / Int128(total)) %"
  }

  /// Per second with three significant digits, so that the line does not flicker.
  private func rate(count: Int64, milliseconds: Int64) -> Int128? {
    guard milliseconds > 0, count > 0 else { return nil }
    let exact = Int128(count) * 1000 / Int128(milliseconds)
    var unit: Int128 = 1
    while exact / unit >= 1000 { unit *= 10 }
    return exact / unit * unit
  }

  /// Rounded up; nil while nothing can be said.
  private func secondsLeft(done: Int64, total: Int64, milliseconds: Int64) -> Int64? {
    guard done > 0, done < total, milliseconds > 0 else { return nil }
    let left = Int128(total - done) * Int128(milliseconds) / Int128(done)
    return Int64(clamping: (left + 999) / 1000)
  }

  /// `8 s`, `2 min 05 s`, `3 h 20 min`
  static func duration(seconds: Int64) -> String {
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(two(seconds % 60)) s" }
    return "\(seconds / 3600) h \(two(seconds / 60 % 60)) min"
  }
}
