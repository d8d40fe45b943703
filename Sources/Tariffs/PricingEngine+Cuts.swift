import Quantities

/// A point inside an interval, counted from its start.
private struct IntervalPoint {
  var milliseconds: Int64 = 0
  /// mWh.
  var energy: Int64 = 0
  var opening: SegmentOpening
}

extension PricingEngine {
  /// Prices an interval in which an edge lies: goes from edge to edge, and cuts where the choice of
  /// prices changes.
  ///
  /// Energy is linear in time. A point at an instant has the energy that flowed until then, a point
  /// at an amount of energy has its time; both are rounded down to mWh and ms, and the last piece
  /// takes what is left (SEMANTICS 18).
  mutating func cut(_ interval: UsageInterval, _ index: Int, duration: Int64, billed: Int64) {
    let whole = IntervalPoint(
      milliseconds: duration, energy: interval.energy.milliwattHours, opening: .interval)
    var begin = IntervalPoint(opening: index == 0 ? .start : .interval)
    var isFirst = true
    func piece(_ from: IntervalPoint, _ to: IntervalPoint, isLast: Bool) -> UsagePiece {
      let billedBefore = share(of: billed, from.milliseconds, duration)
      let billedAfter = isLast ? billed : share(of: billed, to.milliseconds, duration)
      return UsagePiece(
        interval: index, start: interval.start.advanced(byMilliseconds: from.milliseconds),
        end: isLast ? interval.end : interval.start.advanced(byMilliseconds: to.milliseconds),
        activity: interval.activity, energy: to.energy - from.energy,
        milliseconds: billedAfter - billedBefore, opening: from.opening,
        isInterpolated: !(isFirst && isLast) && whole.energy != 0)
    }
    while let point = nextPoint(in: interval, whole) {
      let (selection, flats) = (inForce.selection, dueFlats)
      select(
        at: interval.start.advanced(byMilliseconds: point.milliseconds),
        energy: energySoFar + point.energy, interval, index)
      guard inForce.selection != selection || dueFlats != flats else { continue }
      account(piece(begin, point, isLast: false), selection)
      begin = point
      isFirst = false
    }
    account(piece(begin, whole, isLast: true), inForce.selection)
  }

  /// The next edge of the prices in force that lies inside the interval; nil if they hold to its
  /// end.
  @inline(__always)
  private func nextPoint(in interval: UsageInterval, _ whole: IntervalPoint) -> IntervalPoint? {
    var next: IntervalPoint?
    let (needed, isBeyond) = inForce.untilEnergy.subtractingReportingOverflow(energySoFar)
    if !isBeyond && needed < whole.energy {
      next = IntervalPoint(
        milliseconds: share(of: whole.milliseconds, needed, whole.energy), energy: needed,
        opening: .energy)
    }
    if inForce.untilTime < interval.end {
      let milliseconds = inForce.untilTime.milliseconds(since: interval.start)
      // At the same millisecond the clock comes first: its point has less energy.
      if next.map({ milliseconds <= $0.milliseconds }) ?? true {
        let isDuration = program.durationEdges.contains(
          inForce.untilTime.milliseconds(since: durationOrigin(interval.activity)))
        next = IntervalPoint(
          milliseconds: milliseconds,
          energy: share(of: whole.energy, milliseconds, whole.milliseconds),
          opening: isDuration ? .duration : .localTime)
      }
    }
    return next
  }
}

/// `total` × `part` / `whole`, rounded towards zero; 0 of nothing.
private func share(of total: Int64, _ part: Int64, _ whole: Int64) -> Int64 {
  guard whole != 0 else { return 0 }
  // A part is never more than the whole, so the quotient fits.
  return Int64(Int128(total) * Int128(part) / Int128(whole))
}
