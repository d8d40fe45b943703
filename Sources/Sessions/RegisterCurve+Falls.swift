import Quantities

/// What it means when a register falls, rule by rule. The standard wants it to grow all through a
/// transaction (OCPP 1.6, errata 3.78); 2.x excepts the exchange of a meter. Stations drop values
/// and restart their counters all the same (evcc#17979, #29654, lbbrhzn/ocpp#374).
extension RegisterCurve {
  /// Takes in a register that fell: it comes back, has rolled over, has started again, or is lost.
  mutating func takeFall(
    from last: Point, to point: Point, in readings: [Session.Reading]
  ) -> Int {
    if let back = returning(after: point, to: last, in: readings) {
      return reject(.registerDropOut, point.index..<back, in: readings)
    }
    if let rise = rollover(from: last, to: point) {
      remarks.append((.registerRolledOver, point.index))
      noteBreak(from: last, to: point)
      count(rise, to: point, since: last)
      return point.index + 1
    }
    guard isReset(from: last, to: point, in: readings) else {
      return reject(.registerDropOut, point.index..<readings.count, in: readings)
    }
    remarks.append((.registerFell, point.index))
    noteBreak(from: last, to: point)
    if total == 0, !fitsStart(first) { first = point }
    if let sinceZero = energySinceRestart(from: last, to: point, in: readings) {
      count(sinceZero, to: point, since: last)
    }
    self.last = point
    return point.index + 1
  }

  /// A drop-out comes back: the index of the first reading that goes on from `last`.
  ///
  /// The next other value may do so at once. Later ones are looked at as long as the low values
  /// themselves make a series; a jump out of it, back to the old level, ends the drop-out.
  private func returning(
    after point: Point, to last: Point, in readings: [Session.Reading]
  ) -> Int? {
    guard let next = nextLevel(after: point, in: readings) else { return nil }
    if continues(from: last, to: next) { return next.index }
    var low = next
    guard continues(from: point, to: low) else { return nil }
    for index in (next.index + 1)..<max(readings.count, next.index + 1) {
      guard let other = self.point(readings, index) else { continue }
      if continues(from: low, to: other) {
        low = other
      } else {
        return other.milliwattHours > low.milliwattHours && continues(from: last, to: other)
          ? index : nil
      }
    }
    return nil
  }

  /// A full counter goes on from its bottom.
  private func rollover(from last: Point, to point: Point) -> Int64? {
    guard let rise = RegisterRollover.rise(from: last.milliwattHours, to: point.milliwattHours)
    else { return nil }
    let elapsed = point.at.milliseconds(since: last.at)
    return SessionPolicy.isPlausible(rise: rise, overMilliseconds: elapsed) ? rise : nil
  }

  /// A low value that does not come back: the register started again if anything goes on from it,
  /// be it a reading, the register of the stop, or energy that it shows itself. A zero that nothing
  /// follows is a drop-out, and so is a value that fell by little.
  private mutating func isReset(
    from last: Point, to point: Point, in readings: [Session.Reading]
  ) -> Bool {
    if nextLevel(after: point, in: readings) != nil { return true }
    if let stop = anchors.stop, let endedAt = anchors.endedAt {
      let atStop = Point(at: endedAt, milliwattHours: stop, index: point.index)
      if continues(from: last, to: atStop) { return false }
      if !isZero(atStop), continues(from: point, to: atStop) { return true }
    }
    return energySinceRestart(from: last, to: point, in: readings) != nil
  }

  /// A counter that started again from zero shows what flowed since, if that is no more than the
  /// power seen allows. Another meter may begin anywhere, and its first value counts nothing.
  private mutating func energySinceRestart(
    from last: Point, to point: Point, in readings: [Session.Reading]
  ) -> Int64? {
    guard !isZero(point), point.milliwattHours > 0,
      point.milliwattHours <= last.milliwattHours / 2
    else { return nil }
    let elapsed = Int128(max(0, point.at.milliseconds(since: last.at)))
    let power = Int128(max(greatestRisePower, measuredPower(in: readings)))
    return Int128(point.milliwattHours) <= power * elapsed * 3 / 7_200_000
      ? point.milliwattHours : nil
  }

  private mutating func measuredPower(in readings: [Session.Reading]) -> Int64 {
    if let greatestMeasuredPower { return greatestMeasuredPower }
    let greatest = readings.reduce(0) { max($0, $1.power?.milliwatts ?? 0) }
    greatestMeasuredPower = greatest
    return greatest
  }

  /// Whether the register of the start leads to `point`.
  private func fitsStart(_ point: Point?) -> Bool {
    guard let point, let shown = anchors.start, shown > 0 else { return false }
    return continues(from: Point(at: start, milliwattHours: shown, index: point.index), to: point)
  }
}
