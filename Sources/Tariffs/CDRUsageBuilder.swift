import Quantities

/// Turns charging periods into intervals that follow each other.
struct CDRUsageBuilder {
  /// The CDR's start.
  var start: Instant
  /// The CDR's end; nil if it is unknown.
  var end: Instant?
  var periods: [(index: Int, period: CDRPeriod)]
  var notes: [PricingNote]

  /// What was built.
  struct Result {
    var usage: Usage
    var periods: [Int] = []
    var periodsWithoutTime = 0
    var notes: [PricingNote]
  }

  func built(isReservationExpired: Bool) -> Result {
    var result = Result(
      usage: Usage(
        startedAt: start, intervals: [], isReservationExpired: isReservationExpired),
      notes: notes)
    let ordered = inOrder(&result.notes)
    for (place, entry) in ordered.enumerated() {
      let next = place + 1 < ordered.count ? ordered[place + 1].period.start : nil
      append(entry, endingAt: next ?? end, to: &result)
    }
    noteOutside(ordered.map(\.period), &result.notes)
    // Durations count from the start of charging, not of the reservation before it.
    let intervals = result.usage.intervals
    if intervals.first?.activity == .reservation,
      let session = intervals.first(where: { $0.activity != .reservation })
    {
      result.usage.startedAt = session.start
    }
    return result
  }

  private func inOrder(
    _ notes: inout [PricingNote]
  ) -> [(index: Int, period: CDRPeriod)] {
    let ordered = periods.sorted {
      ($0.period.start, $0.index) < ($1.period.start, $1.index)
    }
    if !zip(ordered, periods).allSatisfy({ $0.index == $1.index }) {
      notes.append(
        PricingNote(.contradiction, "the charging periods are out of order; their times count"))
    }
    return ordered
  }

  private func noteOutside(_ periods: [CDRPeriod], _ notes: inout [PricingNote]) {
    for period in periods where period.start < start || period.start > end ?? .distantFuture {
      notes.append(
        PricingNote(
          .contradiction,
          "\(period.path) starts outside of the CDR's own start and end; it is priced all the same")
      )
    }
    if let first = periods.first, first.start > start {
      notes.append(
        PricingNote(
          .contradiction, "no charging period covers the time before \(first.start); it is free"))
    }
  }

  private func append(
    _ entry: (index: Int, period: CDRPeriod), endingAt end: Instant?, to result: inout Result
  ) {
    let period = entry.period
    var parts = period.parts
    if parts.isEmpty {
      // Nothing stated is nothing billed. Only the energy counts.
      parts = [(.charging, .none)]
      result.periodsWithoutTime += 1
    }
    let stated = parts.reduce(Int64(0)) { $0.addingSaturated($1.volume.milliseconds) }
    let end = max(period.start, end ?? period.start.advanced(byMilliseconds: stated))
    if parts.count > 1 {
      result.notes.append(
        PricingNote(
          .contradiction,
          "\(period.path) has several kinds of time; they are taken one after the other, "
            + "reservation, charging, parking"))
    }
    let energyPart = parts.firstIndex { $0.activity == .charging } ?? parts.count - 1
    var clock = period.start
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      let partEnd =
        isLast ? end : min(end, clock.advanced(byMilliseconds: part.volume.milliseconds))
      var interval = UsageInterval(
        start: clock, end: partEnd, energy: index == energyPart ? period.energy : .zero,
        activity: part.activity)
      interval.minPower = period.minPower
      interval.maxPower = period.maxPower
      interval.minCurrent = period.minCurrent
      interval.maxCurrent = period.maxCurrent
      state(part.volume, in: &interval, period, &result.notes)
      result.usage.intervals.append(interval)
      result.periods.append(entry.index)
      clock = partEnd
    }
  }

  /// Bills the volume where it is not the clock's time in fewer digits.
  private func state(
    _ volume: TimeVolume, in interval: inout UsageInterval, _ period: CDRPeriod,
    _ notes: inout [PricingNote]
  ) {
    let clock = interval.end.milliseconds(since: interval.start)
    guard !volume.equals(clock: clock) else { return }
    interval.statedMilliseconds = volume.milliseconds
    guard volume.milliseconds > 0 else { return }
    notes.append(
      PricingNote(
        .contradiction,
        "\(period.path) states \(volume.milliseconds) ms and lasts \(clock) ms; the stated time is "
          + "billed"))
  }
}

extension TimeVolume {
  /// No time.
  fileprivate static let none = TimeVolume(milliseconds: 0)

  private init(milliseconds: Int64) {
    self.milliseconds = milliseconds
    resolution = 0
  }
}
