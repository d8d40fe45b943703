import Quantities

/// What it means when a register rises by more than can be (evcc#29654, citrineos-core#1060).
extension RegisterCurve {
  /// An outlier if it comes back; else the earlier values were wrong, and counting starts from here.
  mutating func takeJump(
    from last: Point, to point: Point, in readings: [Session.Reading]
  ) -> Int {
    if let level = nextLevel(after: point, in: readings),
      level.milliwattHours < point.milliwattHours, continues(from: last, to: level)
    {
      return reject(.absurdReading, point.index..<level.index, in: readings)
    }
    let wasZero = total == 0 && isZero(last)
    remarks.append((wasZero ? .falseZero : .absurdReading, point.index))
    if total == 0 { first = point } else { noteBreak(from: last, to: point) }
    self.last = point
    return point.index + 1
  }

  /// Whether the rise from `low` to `high` can be energy.
  func isCredible(from low: Point, to high: Point, in readings: [Session.Reading]) -> Bool {
    guard continues(from: low, to: high) else { return false }
    let rise = high.milliwattHours - low.milliwattHours
    guard isZero(low), rise > SessionPolicy.suspectStepFromZeroMilliwattHours else { return true }
    let otherPower = greatestPower(in: readings, from: high.index)
    let elapsed = high.at.milliseconds(since: low.at)
    return otherPower == 0 || meanMilliwatts(rise, over: elapsed) <= otherPower * 4
  }

  /// The greatest power that the readings show, by measurement or by rises after `index`.
  private func greatestPower(in readings: [Session.Reading], from index: Int) -> Int64 {
    var greatest = readings.reduce(0) { max($0, $1.power?.milliwatts ?? 0) }
    var previous: Point?
    for next in index..<readings.count {
      guard let next = point(readings, next) else { continue }
      if let previous {
        let rise = next.milliwattHours - previous.milliwattHours
        let power = meanMilliwatts(rise, over: next.at.milliseconds(since: previous.at))
        greatest = max(greatest, power)
      }
      previous = next
    }
    return min(greatest, SessionPolicy.greatestMilliwatts)
  }
}
