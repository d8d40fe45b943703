import ChargerEvents
import Quantities

extension Session {
  /// Settles the energy by the order of evidence (SEMANTICS 16) and gives every reading its share.
  mutating func concludeEnergy() {
    for index in readings.indices { readings[index].energy = nil }
    energy = .zero
    energyEvidence = .none
    energyPoints.removeAll(keepingCapacity: true)
    var account = meterAccount
    if readings.contains(where: { $0.register != nil }) {
      concludeFromRegisters(&account)
    } else if readings.contains(where: { $0.interval != nil }) {
      countIntervals()
      settle(total: readings.last { $0.energy != nil }?.energy, account)
    } else if account.isCredible {
      correctMeter(&account, by: energyByPower)
      settle(total: nil, account)
    } else {
      concludeFromPower()
    }
    noteMeter(account)
    if energyEvidence == .none, closing != nil, !wasRefused { findings.note(.energyUnknown, at: 0) }
    if energyEvidence != .none, !findings.contains(where: { $0.code == .energyFromPower }) {
      correctPower(by: energy.milliwattHours)
    }
    concludeExport()
  }

  private mutating func concludeFromRegisters(_ account: inout MeterAccount) {
    var scale = registerScale
    var curve = walk(scale: scale)
    let measured = energyByPower
    if scale == 1, UnitConfusion.isThousandfold(measured, of: curve.total) {
      scale = 1_000
      for index in readings.indices { readings[index].energy = nil }
      curve = walk(scale: scale)
    }
    if scale != 1 { curve.remarks.append((.registerUnitMistaken, 0)) }
    if scale != 1 { correctMeter(&account, by: measured) }
    let series = RegisterSeries(
      curve, of: self, meterEnergy: account.energy, meterScale: account.scale)
    let boundary = boundaryEnergy(scale: scale, rejected: curve.rejected)
    settle(series, boundary, account, curve)
    for index in readings.indices {
      guard let counted = readings[index].energy else { continue }
      let reached = Energy(milliwattHours: series.lead + counted.milliwattHours)
      readings[index].energy = min(reached, energy)
    }
    if lacksPhase, energyEvidence != .startAndStop { preferPower(measured) }
    for remark in curve.remarks { findings.note(remark.code, at: readings[remark.index].position) }
    setAside(rejected: curve.rejected)
  }

  /// Registers of two phases against the power of all: more than a twentieth above them, it shows that a
  /// phase is missing.
  private mutating func preferPower(_ measured: Int64) {
    guard Int128(measured) * 20 > Int128(energy.milliwattHours) * 21 else { return }
    for index in readings.indices { readings[index].energy = nil }
    energyPoints.removeAll(keepingCapacity: true)
    concludeFromPower()
  }

  private mutating func walk(scale: Int64) -> RegisterCurve {
    let anchors = RegisterCurve.Anchors(
      start: knownMeterStart, stop: knownMeterStop, endedAt: endedAt)
    return RegisterCurve(walking: &readings, from: startedAt, scale: scale, anchors: anchors)
  }

  /// Registers of start and stop that are in kWh beside power in W: a thousand times what they say.
  private mutating func correctMeter(_ account: inout MeterAccount, by measured: Int64) {
    guard let difference = account.energy, UnitConfusion.isThousandfold(measured, of: difference)
    else { return }
    account.difference = SessionPolicy.clamped(difference) * 1_000
    account.scale = 1_000
    let position = endMessage?.position ?? 0
    findings.note(.registerUnitMistaken, at: position)
  }

  /// Chooses between start and stop, begin and end, and the samples.
  private mutating func settle(
    _ series: RegisterSeries, _ boundary: BoundaryEnergy?, _ account: MeterAccount,
    _ curve: RegisterCurve
  ) {
    let boundaryFits = boundary.map { series.agrees(withBoundary: $0.milliwattHours) } ?? false
    if let boundary, boundaryFits, boundary.isSigned, !lacksPhase {
      settle(boundary)
    } else if let meter = account.energy,
      series.agrees(withMeter: meter, greatestMilliwatts: greatestMilliwatts)
    {
      (energy, energyEvidence) = (Energy(milliwattHours: meter), .startAndStop)
      restOnStartAndStop()
    } else if let boundary, boundaryFits {
      settle(boundary)
    } else {
      (energy, energyEvidence) = (Energy(milliwattHours: series.total), .samples)
      rest(on: curve, series)
    }
    compare(account.energy)
    compare(boundary?.milliwattHours)
  }

  private mutating func settle(_ boundary: BoundaryEnergy) {
    (energy, energyEvidence) = (Energy(milliwattHours: boundary.milliwattHours), .beginAndEnd)
    restOn(first: boundary.begin, last: boundary.end)
  }

  /// Notes an account of the energy that lost.
  private mutating func compare(_ other: Int64?) {
    guard let other, other != energy.milliwattHours else { return }
    let distance = abs(SessionPolicy.clamped(other) - SessionPolicy.clamped(energy.milliwattHours))
    let agrees = distance <= SessionPolicy.tolerance(of: energy.milliwattHours)
    let position = endMessage?.position ?? 0
    findings.note(agrees ? .energyEvidenceDiffers : .energyEvidenceDisagrees, at: position)
  }

  /// 1,000 if the register is plainly in kWh although labelled Wh, as the start's register shows.
  private var registerScale: Int64 {
    guard let start = knownMeterStart, start >= 10_000_000,
      let first = readings.first(where: { ($0.register ?? .zero) > .zero })?.register
    else { return 1 }
    let asKilowattHours = SessionPolicy.clamped(first.milliwattHours) * 1_000
    let slack = max(start / 100, 2_000_000)
    return abs(asKilowattHours - start) <= slack ? 1_000 : 1
  }

  /// The registers that the meter itself marked as the beginning and the end.
  private struct BoundaryEnergy {
    var milliwattHours: Int64
    var isSigned: Bool
    /// The readings.
    var begin: Int
    var end: Int
  }

  private func boundaryEnergy(
    scale: Int64, rejected: [(code: FindingCode, index: Int)]
  ) -> BoundaryEnergy? {
    guard
      let begin = readings.firstIndex(where: {
        $0.register != nil && $0.context == .transactionBegin
      }),
      let end = readings.lastIndex(where: {
        $0.register != nil && $0.context == .transactionEnd
      }), !rejected.contains(where: { $0.index == end }),
      let low = readings[begin].register, let high = readings[end].register
    else { return nil }
    let (first, last) = (
      SessionPolicy.clamped(low.milliwattHours), SessionPolicy.clamped(high.milliwattHours)
    )
    guard
      let difference = last >= first ? last - first : RegisterRollover.rise(from: first, to: last)
    else { return nil }
    return BoundaryEnergy(
      milliwattHours: difference * scale,
      isSigned: readings[begin].isSigned && readings[end].isSigned, begin: begin, end: end)
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
      restOnStartAndStop()
      compare(total?.milliwattHours)
    } else if let total {
      (energy, energyEvidence) = (total, .samples)
      if let first = readings.firstIndex(where: { $0.interval != nil }),
        let last = readings.lastIndex(where: { $0.interval != nil })
      {
        restOn(first: first, last: last)
      }
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

  /// What the vehicle fed back, by the export register. It is told beside the energy and never
  /// taken off: tariffs price the two apart.
  private mutating func concludeExport() {
    exportedEnergy = exportOfReadings
    guard exportedEnergy > .zero, let last = readings.last(where: { $0.exportRegister != nil })
    else { return }
    findings.note(.energyExported, at: last.position)
  }

  /// What the export register rose by over the readings; zero below its tolerance.
  var exportOfReadings: Energy {
    guard readings.contains(where: { $0.exportRegister != nil }) else { return .zero }
    let curve = RegisterCurve(exportOf: readings, from: startedAt)
    let isKnown = curve.total > SessionPolicy.registerToleranceMilliwattHours && curve.last != nil
    return isKnown ? Energy(milliwattHours: curve.total) : .zero
  }
}
