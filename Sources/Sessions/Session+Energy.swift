import ChargerEvents
import Quantities

extension Session {
  /// Settles the energy by the order of evidence (SEMANTICS 16) and gives every reading its share.
  mutating func concludeEnergy() {
    for index in readings.indices { readings[index].energy = nil }
    energy = .zero
    energyEvidence = .none
    let account = meterAccount
    noteImpossible(account)
    if readings.contains(where: { $0.register != nil }) {
      concludeFromRegisters(account)
    } else if readings.contains(where: { $0.interval != nil }) {
      countIntervals()
      settle(total: readings.last { $0.energy != nil }?.energy, account)
    } else if account.isCredible {
      settle(total: nil, account)
    } else {
      concludeFromPower()
    }
    if energyEvidence == .none, closing != nil, !wasRefused { findings.note(.energyUnknown, at: 0) }
  }

  /// What the registers of the start and the stop say.
  private struct MeterAccount {
    /// meterStop less meterStart; nil unless both are known.
    var difference: Int64?
    var isCredible: Bool

    var energy: Int64? { isCredible ? difference : nil }
  }

  private var meterAccount: MeterAccount {
    guard let meterStart, let meterStop, let endedAt else {
      return MeterAccount(difference: nil, isCredible: false)
    }
    let difference =
      SessionPolicy.clamped(meterStop.milliwattHours)
      - SessionPolicy.clamped(meterStart.milliwattHours)
    let elapsed = endedAt.milliseconds(since: startedAt)
    return MeterAccount(
      difference: difference,
      isCredible: difference >= 0
        && SessionPolicy.isPlausible(rise: difference, overMilliseconds: elapsed))
  }

  private mutating func noteImpossible(_ account: MeterAccount) {
    guard let difference = account.difference, !account.isCredible else { return }
    let position = messages.first { $0.kind == .ended }?.position ?? 0
    findings.note(difference < 0 ? .stopBelowStart : .meterStopAbsurd, at: position)
  }

  private mutating func concludeFromRegisters(_ account: MeterAccount) {
    let scale = registerScale
    var curve = RegisterCurve(walking: &readings, from: startedAt, scale: scale)
    if scale != 1 { curve.remarks.append((.registerUnitMistaken, 0)) }
    let series = RegisterSeries(curve, of: self, meterEnergy: account.energy)
    let boundary = boundaryEnergy(scale: scale, rejected: curve.rejected)
    settle(series, boundary, account)
    for index in readings.indices {
      guard let counted = readings[index].energy else { continue }
      let reached = Energy(milliwattHours: series.lead + counted.milliwattHours)
      readings[index].energy = min(reached, energy)
    }
    for remark in curve.remarks { findings.note(remark.code, at: readings[remark.index].position) }
    setAside(rejected: curve.rejected)
  }

  /// Chooses between start and stop, begin and end, and the samples.
  private mutating func settle(
    _ series: RegisterSeries, _ boundary: BoundaryEnergy?, _ account: MeterAccount
  ) {
    if let boundary, boundary.isSigned, series.agrees(withBoundary: boundary.milliwattHours) {
      (energy, energyEvidence) = (Energy(milliwattHours: boundary.milliwattHours), .beginAndEnd)
    } else if let meter = account.energy,
      series.agrees(withMeter: meter, greatestMilliwatts: greatestMilliwatts)
    {
      (energy, energyEvidence) = (Energy(milliwattHours: meter), .startAndStop)
    } else if let boundary, series.agrees(withBoundary: boundary.milliwattHours) {
      (energy, energyEvidence) = (Energy(milliwattHours: boundary.milliwattHours), .beginAndEnd)
    } else {
      (energy, energyEvidence) = (Energy(milliwattHours: series.total), .samples)
    }
    compare(account.energy)
    compare(boundary?.milliwattHours)
  }

  /// Notes an account of the energy that lost.
  private mutating func compare(_ other: Int64?) {
    guard let other, other != energy.milliwattHours else { return }
    let distance = abs(SessionPolicy.clamped(other) - SessionPolicy.clamped(energy.milliwattHours))
    let agrees = distance <= SessionPolicy.tolerance(of: energy.milliwattHours)
    let position = messages.first { $0.kind == .ended }?.position ?? 0
    findings.note(agrees ? .energyEvidenceDiffers : .energyEvidenceDisagrees, at: position)
  }

  /// 1,000 if the register is plainly in kWh although labelled Wh, as the start's register shows.
  private var registerScale: Int64 {
    guard let meterStart, meterStart.milliwattHours >= 10_000_000,
      let first = readings.first(where: { ($0.register ?? .zero) > .zero })?.register
    else { return 1 }
    let start = SessionPolicy.clamped(meterStart.milliwattHours)
    let asKilowattHours = SessionPolicy.clamped(first.milliwattHours) * 1_000
    let slack = max(start / 100, 2_000_000)
    return abs(asKilowattHours - start) <= slack ? 1_000 : 1
  }

  /// The registers that the meter itself marked as the beginning and the end.
  private struct BoundaryEnergy {
    var milliwattHours: Int64
    var isSigned: Bool
  }

  private func boundaryEnergy(
    scale: Int64, rejected: [(code: FindingCode, index: Int)]
  ) -> BoundaryEnergy? {
    guard
      let begin = readings.first(where: { $0.register != nil && $0.context == .transactionBegin }),
      let endIndex = readings.lastIndex(where: {
        $0.register != nil && $0.context == .transactionEnd
      }), !rejected.contains(where: { $0.index == endIndex }),
      let low = begin.register, let high = readings[endIndex].register, high >= low
    else { return nil }
    let difference =
      SessionPolicy.clamped(high.milliwattHours) - SessionPolicy.clamped(low.milliwattHours)
    return BoundaryEnergy(
      milliwattHours: difference * scale, isSigned: begin.isSigned && readings[endIndex].isSigned)
  }

  private mutating func setAside(rejected: [(code: FindingCode, index: Int)]) {
    guard !rejected.isEmpty else { return }
    var remaining = rejected[...]
    var index = -1
    setAside { _, _ in
      index += 1
      guard let next = remaining.first, next.index == index else { return .keep }
      remaining = remaining.dropFirst()
      return .setAside(next.code)
    }
  }

  /// Without registers: start and stop count if they are there, else what was summed up.
  private mutating func settle(total: Energy?, _ account: MeterAccount) {
    if let meter = account.energy {
      (energy, energyEvidence) = (Energy(milliwattHours: meter), .startAndStop)
      compare(total?.milliwattHours)
    } else if let total {
      (energy, energyEvidence) = (total, .samples)
    }
    for index in readings.indices {
      guard let counted = readings[index].energy else { continue }
      readings[index].energy = min(counted, energy)
    }
  }

  /// Sums interval readings. One that no station can deliver in an hour is left out.
  private mutating func countIntervals() {
    var total: Int64 = 0
    for index in readings.indices {
      guard let interval = readings[index].interval?.milliwattHours else { continue }
      if SessionPolicy.isPlausible(rise: interval, overMilliseconds: 3_600_000) {
        total = SessionPolicy.clamped(total + max(interval, 0))
      } else {
        findings.note(.absurdReading, at: readings[index].position)
      }
      readings[index].energy = Energy(milliwattHours: total)
    }
  }

  /// Integrates power over time by trapezoids, exactly: only the running sum is rounded down.
  /// Nothing is counted before the first or after the last measurement.
  private mutating func concludeFromPower() {
    var doubledMilliwattMilliseconds: Int128 = 0
    var previous: (at: Instant, milliwatts: Int64)?
    for index in readings.indices {
      guard let power = readings[index].power else { continue }
      let now = (at: max(readings[index].at, startedAt), milliwatts: max(power.milliwatts, 0))
      if let previous {
        let elapsed = Int128(now.at.milliseconds(since: previous.at))
        let sum = Int128(previous.milliwatts) + Int128(now.milliwatts)
        doubledMilliwattMilliseconds += sum * elapsed
      }
      previous = now
      let bound = Int128(SessionPolicy.greatestRegisterMilliwattHours)
      energy = Energy(
        milliwattHours: Int64(min(doubledMilliwattMilliseconds / 7_200_000, bound)))
      readings[index].energy = energy
    }
    guard previous != nil else { return }
    energyEvidence = .samples
    findings.note(.energyFromPower, at: readings[0].position)
  }
}
