import Quantities

/// The horizontal axis of a chart: labels at round times of the site's clock.
struct TimeAxis {
  struct Label {
    var column: Int
    var text: String
  }

  /// The line with its marks, and the labels under it.
  let line: String
  let labels: String

  private static let second: Int64 = 1000
  private static let minute = 60 * second
  private static let hour = 60 * minute
  private static let day = 24 * hour
  private static let steps =
    [1, 2, 5, 10, 15, 30].map { $0 * second } + [1, 2, 5, 10, 15, 30].map { $0 * minute }
    + [1, 2, 3, 6, 12].map { $0 * hour } + [1, 2, 7, 14, 28, 56, 112, 224, 448].map { $0 * day }

  /// - Parameter columns: of the chart, over which the time from `start` to `end` spreads evenly.
  init(from start: Instant, to end: Instant, in zone: TimeZoneTable, columns: Int) {
    let duration = max(1, end.milliseconds(since: start))
    let step =
      Self.steps.first { step in
        let width = Self.width(step) + 3
        return Int128(duration) * Int128(width) <= Int128(step) * Int128(columns)
      } ?? 896 * Self.day
    var line = Array(repeating: Character("─"), count: columns)
    var labels = ""
    for instant in Self.instants(every: step, from: start, to: end, in: zone) {
      let offset = Int128(instant.milliseconds(since: start))
      let column = min(columns - 1, Int(clamping: offset * Int128(columns) / Int128(duration)))
      let text = Self.text(instant, step: step, in: zone)
      line[column] = "┬"
      // A mark too close to an edge has no label: moved aside, it would be in the way of the next.
      let left = column - text.count / 2
      guard left >= 0, left + text.count <= columns, labels.isEmpty || left >= labels.count + 2
      else { continue }
      labels += String(repeating: " ", count: left - labels.count) + text
    }
    self.line = String(line)
    self.labels = labels
  }

  private static func width(_ step: Int64) -> Int { step < minute ? 8 : 5 }

  /// The times between two at which the clock shows multiples of `step`.
  private static func instants(
    every step: Int64, from start: Instant, to end: Instant, in zone: TimeZoneTable
  ) -> [Instant] {
    func offset(_ instant: Instant) -> Int64 { Int64(zone.offsetSeconds(at: instant)) * 1000 }
    var found: [Instant] = []
    var local = start.advanced(byMilliseconds: offset(start)).millisecondsSinceEpoch
    local -= ((local % step) + step) % step
    while found.count < 1000 {
      let rough = Instant(millisecondsSinceEpoch: local).advanced(byMilliseconds: -offset(start))
      let instant = Instant(millisecondsSinceEpoch: local).advanced(byMilliseconds: -offset(rough))
      if instant > end { break }
      if instant >= start, instant > found.last ?? .distantPast { found.append(instant) }
      local += step
    }
    return found
  }

  /// The clock, or the date where a day begins.
  private static func text(_ instant: Instant, step: Int64, in zone: TimeZoneTable) -> String {
    let local = zone.local(at: instant)
    if step >= hour, local.millisecondsOfDay == 0 {
      return "\(TimeText.digits(local.date.month, 2))-\(TimeText.digits(local.date.day, 2))"
    }
    return TimeText.clock(local, hasSeconds: step < minute)
  }
}
