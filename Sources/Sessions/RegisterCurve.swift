import ChargerEvents
import Quantities

/// The energy that a series of register readings tells, walked once in time order.
///
/// Registers in the field drop out to zero, start again, roll over, jump, and begin at zero before
/// they show their lifetime value. Only credible rises are counted; each oddity becomes a finding.
/// The rules for falls and jumps are in `RegisterCurve+Falls.swift` and `RegisterCurve+Jumps.swift`.
struct RegisterCurve {
  /// Which of a meter's registers is walked.
  enum Register { case energyImport, energyExport }

  struct Point {
    var at: Instant
    var milliwattHours: Int64
    /// The reading that shows it.
    var index: Int
  }

  /// Registers of the start and the stop, in mWh: they tell a reset from a drop-out.
  struct Anchors {
    var start: Int64?
    var stop: Int64?
    var endedAt: Instant?
  }

  /// Where the counted series breaks off and goes on with another value.
  struct Break {
    var before: Point
    var after: Point
  }

  /// Breaks that are kept as evidence; a register that breaks off more often has no more to say.
  static let greatestBreaks = 32

  /// The first register that energy is counted from, and the last that it is counted to.
  var first: Point?
  var last: Point?
  /// The counted rises.
  var total: Int64 = 0
  /// The greatest mean power of a counted rise, in mW.
  var greatestRisePower: Int64 = 0
  /// What was noticed, with the index of the reading.
  var remarks: [(code: FindingCode, index: Int)] = []
  /// Readings that are to leave the curve, in order of their index.
  var rejected: [(code: FindingCode, index: Int)] = []
  /// In order of time; at most ``greatestBreaks``.
  var breaks: [Break] = []

  let register: Register
  /// Registers labelled Wh that are kWh are multiplied by 1,000.
  let scale: Int64
  let start: Instant
  let anchors: Anchors
  /// The greatest power measured in the session, in mW; nil until a rule asked for it.
  var greatestMeasuredPower: Int64?

  /// Walks `readings` and gives each that has an import register the energy counted so far.
  init(
    walking readings: inout [Session.Reading], from start: Instant, scale: Int64,
    anchors: Anchors = Anchors()
  ) {
    self.init(.energyImport, from: start, scale: scale, anchors: anchors)
    var index = 0
    while index < readings.count {
      guard let point = point(readings, index) else {
        index += 1
        continue
      }
      let (taken, rejectedBefore) = (index, rejected.count)
      index = take(point, in: readings)
      if rejected.count == rejectedBefore {
        readings[taken].energy = Energy(milliwattHours: total)
      }
    }
  }

  /// Walks the export register, which shapes no curve.
  init(exportOf readings: [Session.Reading], from start: Instant) {
    self.init(.energyExport, from: start, scale: 1, anchors: Anchors())
    var index = 0
    while index < readings.count {
      guard let point = point(readings, index) else {
        index += 1
        continue
      }
      index = take(point, in: readings)
    }
  }

  private init(_ register: Register, from start: Instant, scale: Int64, anchors: Anchors) {
    self.register = register
    self.start = start
    self.scale = scale
    self.anchors = anchors
  }

  func point(_ readings: [Session.Reading], _ index: Int) -> Point? {
    let shown =
      register == .energyImport ? readings[index].register : readings[index].exportRegister
    guard let shown else { return nil }
    return Point(
      at: max(readings[index].at, start),
      milliwattHours: SessionPolicy.clamped(shown.milliwattHours) * scale, index: index)
  }

  /// Takes in one register reading, or a run of them; returns the index to go on with.
  private mutating func take(_ point: Point, in readings: [Session.Reading]) -> Int {
    guard let last else {
      (first, self.last) = (point, point)
      return point.index + 1
    }
    let rise = point.milliwattHours - last.milliwattHours
    if rise < -SessionPolicy.registerToleranceMilliwattHours {
      return takeFall(from: last, to: point, in: readings)
    }
    guard rise <= 0 || isCredible(from: last, to: point, in: readings) else {
      return takeJump(from: last, to: point, in: readings)
    }
    if rise > 0 {
      count(rise, to: point, since: last)
    } else {
      self.last = Point(
        at: point.at, milliwattHours: last.milliwattHours, index: point.index)
    }
    return point.index + 1
  }

  /// Counts energy that flowed up to `point`.
  mutating func count(_ rise: Int64, to point: Point, since earlier: Point) {
    total = SessionPolicy.clamped(total + SessionPolicy.clamped(rise))
    let elapsed = point.at.milliseconds(since: earlier.at)
    if elapsed > 0 {
      greatestRisePower = max(greatestRisePower, meanMilliwatts(rise, over: elapsed))
    }
    last = point
  }

  mutating func reject(
    _ code: FindingCode, _ range: Range<Int>, in readings: [Session.Reading]
  ) -> Int {
    for index in range where point(readings, index) != nil { rejected.append((code, index)) }
    return range.upperBound
  }

  mutating func noteBreak(from before: Point, to after: Point) {
    if breaks.count < Self.greatestBreaks { breaks.append(Break(before: before, after: after)) }
  }

  /// The next register that is not the same as `point`.
  func nextLevel(after point: Point, in readings: [Session.Reading]) -> Point? {
    for next in (point.index + 1)..<max(readings.count, point.index + 1) {
      guard let other = self.point(readings, next) else { continue }
      if abs(other.milliwattHours - point.milliwattHours)
        > SessionPolicy.registerToleranceMilliwattHours
      {
        return other
      }
    }
    return nil
  }

  /// Whether a register can have gone from `low` to `high` by energy alone.
  func continues(from low: Point, to high: Point) -> Bool {
    let rise = high.milliwattHours - low.milliwattHours
    return rise >= -SessionPolicy.registerToleranceMilliwattHours
      && SessionPolicy.isPlausible(
        rise: rise, overMilliseconds: high.at.milliseconds(since: low.at))
  }

  func isZero(_ point: Point) -> Bool {
    abs(point.milliwattHours) <= SessionPolicy.registerToleranceMilliwattHours
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
