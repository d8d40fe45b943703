import ChargerEvents
import Quantities

/// The energy that a series of register readings tells, walked once in time order.
///
/// Registers in the field drop out to zero, start again, jump, and begin at zero before they show
/// their lifetime value. Only credible rises are counted; each oddity becomes a finding.
struct RegisterCurve {
  struct Point {
    var at: Instant
    var milliwattHours: Int64
  }

  /// The first register that energy is counted from, and the last that it is counted to.
  var first: Point?
  var last: Point?
  /// The counted rises.
  var total: Int64 = 0
  /// What was noticed, with the index of the reading.
  var remarks: [(code: FindingCode, index: Int)] = []
  /// Readings that are to leave the curve, in order of their index.
  var rejected: [(code: FindingCode, index: Int)] = []

  /// Registers labelled Wh that are kWh are multiplied by 1,000.
  let scale: Int64

  /// Walks `readings` and gives each that has a register the energy counted so far.
  init(walking readings: inout [Session.Reading], from start: Instant, scale: Int64) {
    self.scale = scale
    var index = 0
    while index < readings.count {
      guard let point = point(readings[index], from: start) else {
        index += 1
        continue
      }
      let (taken, rejectedBefore) = (index, rejected.count)
      index = take(point, at: index, in: readings, from: start)
      if rejected.count == rejectedBefore {
        readings[taken].energy = Energy(milliwattHours: total)
      }
    }
  }

  private func point(_ reading: Session.Reading, from start: Instant) -> Point? {
    guard let register = reading.register else { return nil }
    return Point(
      at: max(reading.at, start),
      milliwattHours: SessionPolicy.clamped(register.milliwattHours) * scale)
  }

  /// Takes in one register reading, or a run of them; returns the index to go on with.
  private mutating func take(
    _ point: Point, at index: Int, in readings: [Session.Reading], from start: Instant
  ) -> Int {
    guard let last else {
      (first, self.last) = (point, point)
      return index + 1
    }
    let rise = point.milliwattHours - last.milliwattHours
    if rise < -SessionPolicy.registerToleranceMilliwattHours {
      return takeFall(to: point, at: index, in: readings, from: start)
    }
    guard rise <= 0 || isCredible(from: last, to: point, at: index, in: readings) else {
      return takeJump(to: point, at: index, in: readings, from: start)
    }
    if rise > 0 {
      total = SessionPolicy.clamped(total + SessionPolicy.clamped(rise))
      self.last = point
    } else {
      self.last = Point(at: point.at, milliwattHours: last.milliwattHours)
    }
    return index + 1
  }

  /// A register that fell: a drop-out if it comes back, else it goes on from its new value.
  private mutating func takeFall(
    to point: Point, at index: Int, in readings: [Session.Reading], from start: Instant
  ) -> Int {
    guard let (next, level) = nextLevel(after: index, point, in: readings, from: start) else {
      return reject(.registerDropOut, index..<readings.count, in: readings)
    }
    if returns(to: level) { return reject(.registerDropOut, index..<next, in: readings) }
    remarks.append((.registerFell, index))
    rebase(on: point)
    return index + 1
  }

  /// A register that rose by more than can be: an outlier if it comes back, else the earlier values
  /// were wrong, and counting starts from here.
  private mutating func takeJump(
    to point: Point, at index: Int, in readings: [Session.Reading], from start: Instant
  ) -> Int {
    if let (next, level) = nextLevel(after: index, point, in: readings, from: start),
      level.milliwattHours < point.milliwattHours, returns(to: level)
    {
      return reject(.absurdReading, index..<next, in: readings)
    }
    let wasZero = total == 0 && isZero(last)
    remarks.append((wasZero ? .falseZero : .absurdReading, index))
    rebase(on: point)
    return index + 1
  }

  private mutating func rebase(on point: Point) {
    if total == 0 { first = point }
    last = point
  }

  private mutating func reject(
    _ code: FindingCode, _ range: Range<Int>, in readings: [Session.Reading]
  ) -> Int {
    for index in range where readings[index].register != nil { rejected.append((code, index)) }
    return range.upperBound
  }

  /// The next register that is not the same as `point`.
  private func nextLevel(
    after index: Int, _ point: Point, in readings: [Session.Reading], from start: Instant
  ) -> (index: Int, point: Point)? {
    for next in (index + 1)..<max(readings.count, index + 1) {
      guard let other = self.point(readings[next], from: start) else { continue }
      if abs(other.milliwattHours - point.milliwattHours)
        > SessionPolicy.registerToleranceMilliwattHours
      {
        return (next, other)
      }
    }
    return nil
  }

  /// Whether `level` continues the counted series.
  private func returns(to level: Point) -> Bool {
    guard let last else { return false }
    let rise = level.milliwattHours - last.milliwattHours
    return rise >= -SessionPolicy.registerToleranceMilliwattHours
      && SessionPolicy.isPlausible(
        rise: rise, overMilliseconds: level.at.milliseconds(since: last.at))
  }

  private func isZero(_ point: Point?) -> Bool {
    guard let point else { return false }
    return abs(point.milliwattHours) <= SessionPolicy.registerToleranceMilliwattHours
  }

  /// Whether the rise from `low` to `high` can be energy.
  private func isCredible(
    from low: Point, to high: Point, at index: Int, in readings: [Session.Reading]
  ) -> Bool {
    let rise = high.milliwattHours - low.milliwattHours
    let elapsed = high.at.milliseconds(since: low.at)
    guard SessionPolicy.isPlausible(rise: rise, overMilliseconds: elapsed) else { return false }
    guard isZero(low), rise > SessionPolicy.suspectStepFromZeroMilliwattHours else { return true }
    let otherPower = greatestPower(in: readings, from: index)
    return otherPower == 0 || meanMilliwatts(rise, over: elapsed) <= otherPower * 4
  }

  /// The greatest power that the readings show, by measurement or by rises after `index`.
  private func greatestPower(in readings: [Session.Reading], from index: Int) -> Int64 {
    var greatest = readings.reduce(0) { max($0, $1.power?.milliwatts ?? 0) }
    var previous: Point?
    for reading in readings[index...] {
      guard let next = point(reading, from: .distantPast) else { continue }
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

/// The mean power of `milliwattHours` over a time, in milliwatts, rounded down and bounded.
func meanMilliwatts(_ milliwattHours: Int64, over milliseconds: Int64) -> Int64 {
  let bound = SessionPolicy.greatestMilliwatts
  guard milliseconds > 0 else { return milliwattHours > 0 ? bound : 0 }
  let (product, overflow) = milliwattHours.multipliedReportingOverflow(by: 3_600_000)
  if !overflow { return min(max(product / milliseconds, -bound), bound) }
  let power = Int128(milliwattHours) * 3_600_000 / Int128(milliseconds)
  return Int64(min(max(power, -Int128(bound)), Int128(bound)))
}
