import Quantities

/// The register series set against the registers of the start and the stop.
///
///     start ── lead ──▶ first sample ── counted ──▶ last sample ── trail ──▶ stop
///
/// Lead and trail are known only if both speak of the same register. Some stations show a register
/// per transaction in meter values and the lifetime register in start and stop.
struct RegisterSeries {
  /// Energy from the start to the first sample.
  private(set) var lead: Int64 = 0
  /// Energy from the last sample to the stop.
  private(set) var trail: Int64 = 0
  /// The register of the start, or of the stop, is the same as that of the samples.
  private(set) var leadsFromStart = false
  private(set) var trailsToStop = false
  private let counted: Int64
  /// The samples may lack a phase: they are the least that can have flowed.
  private let isLowerBound: Bool
  /// Time that the samples do not cover, if start and stop cannot be set against them.
  private var uncoveredMilliseconds: Int64

  /// What the series says about the whole session.
  var total: Int64 { lead + counted + trail }

  /// - Parameter meterScale: 1,000 if start and stop are in kWh that call themselves Wh.
  init(
    _ curve: RegisterCurve, of session: borrowing Session, meterEnergy: Int64?,
    meterScale: Int64 = 1
  ) {
    self.counted = curve.total
    self.isLowerBound = session.lacksPhase
    // The registers of start and stop are then not on the scale of the samples.
    guard let first = curve.first, let last = curve.last, !isLowerBound else {
      self.uncoveredMilliseconds = 0
      return
    }
    let beforeMilliseconds = first.at.milliseconds(since: session.startedAt)
    let afterMilliseconds = max(0, (session.endedAt ?? last.at).milliseconds(since: last.at))
    let before = Self.step(
      from: session.knownMeterStart.map { $0 * meterScale }, to: first.milliwattHours,
      over: beforeMilliseconds)
    let after = session.knownMeterStop.map { $0 * meterScale }.flatMap {
      Self.step(from: last.milliwattHours, to: $0, over: afterMilliseconds)
    }
    self.uncoveredMilliseconds =
      (before == nil ? beforeMilliseconds : 0) + (after == nil ? afterMilliseconds : 0)
    self.lead = before ?? 0
    self.trail = after ?? 0
    self.leadsFromStart = before != nil
    self.trailsToStop = after != nil
    if before == nil, after == nil, let meterEnergy,
      let fromZero = leadFromZero(first, of: session, meterEnergy, afterMilliseconds)
    {
      self.lead = fromZero
      self.uncoveredMilliseconds = afterMilliseconds
    }
  }

  /// A register per transaction begins at zero, so its first sample is the lead: if that makes the
  /// series equal to start and stop, but for what can have flowed after the last sample.
  private func leadFromZero(
    _ first: RegisterCurve.Point, of session: borrowing Session, _ meterEnergy: Int64,
    _ afterMilliseconds: Int64
  ) -> Int64? {
    let fromZero = SessionPolicy.clamped(first.milliwattHours)
    let rest = meterEnergy - counted - fromZero
    guard fromZero > 0 else { return nil }
    if abs(rest) <= SessionPolicy.tolerance(of: meterEnergy) { return fromZero }
    let allowance = Self.allowance(session.greatestMilliwatts, over: afterMilliseconds)
    return rest > 0 && Int128(rest) <= allowance ? fromZero : nil
  }

  /// What can have flowed while there were no samples: one and a half times the power seen.
  private static func allowance(_ milliwatts: Int64, over milliseconds: Int64) -> Int128 {
    Int128(milliwatts) * Int128(milliseconds) * 3 / 7_200_000
  }

  /// The rise from one register to the next; nil if they cannot be the same register.
  private static func step(from low: Int64?, to high: Int64, over milliseconds: Int64) -> Int64? {
    guard let low else { return nil }
    let rise = RegisterRollover.rise(from: low, to: high) ?? high - low
    let isSameRegister =
      rise >= -SessionPolicy.registerToleranceMilliwattHours
      && SessionPolicy.isPlausible(rise: rise, overMilliseconds: milliseconds)
      && (low > 0 || rise <= SessionPolicy.suspectStepFromZeroMilliwattHours)
    return isSameRegister ? max(rise, 0) : nil
  }

  /// Whether the energy by start and stop fits: equal within the tolerance, or more by no more than
  /// can have flowed while there were no samples.
  func agrees(
    withMeter energy: Int64, greatestMilliwatts: @autoclosure () -> Int64
  ) -> Bool {
    let excess = energy - total
    if abs(excess) <= SessionPolicy.tolerance(of: energy) { return true }
    if isLowerBound { return excess > 0 }
    guard excess > 0, uncoveredMilliseconds > 0 else { return false }
    return Int128(excess) <= Self.allowance(greatestMilliwatts(), over: uncoveredMilliseconds)
  }

  /// Whether the energy between the meter's own beginning and end fits.
  func agrees(withBoundary energy: Int64) -> Bool {
    abs(energy - counted) <= SessionPolicy.tolerance(of: energy)
      || abs(energy - total) <= SessionPolicy.tolerance(of: energy)
  }
}

extension Session {
  /// Whether its registers may lack a phase.
  var lacksPhase: Bool { findings.contains { $0.code == .twoPhasesOnly } }

  /// The greatest power seen in the session, by measurement or by the curve; 1 MW if none was.
  var greatestMilliwatts: Int64 {
    var greatest: Int64 = 0
    var previous: Reading?
    for reading in readings {
      greatest = max(greatest, reading.power?.milliwatts ?? 0)
      guard let energy = reading.energy else { continue }
      if let previous, let before = previous.energy {
        let rise = energy.milliwattHours - before.milliwattHours
        let elapsed = reading.at.milliseconds(since: previous.at)
        if elapsed > 0 { greatest = max(greatest, meanMilliwatts(rise, over: elapsed)) }
      }
      previous = reading
    }
    return greatest > 0 ? min(greatest, 1_000_000_000) : 1_000_000_000
  }
}
