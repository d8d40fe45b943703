import Quantities

/// What the registers of the start and the stop say, without any reading between them.
struct MeterAccount {
  /// meterStop less meterStart, in mWh; nil unless both are known.
  var difference: Int64?
  var isCredible: Bool
  /// The counter was full between start and stop.
  var hasRolledOver = false
  /// 1,000 if the registers are in kWh that call themselves Wh.
  var scale: Int64 = 1

  static let unknown = MeterAccount(difference: nil, isCredible: false)

  var energy: Int64? { isCredible ? difference : nil }
}

extension Session {
  /// The register of the start; nil also where the station says -1 because it does not know.
  var knownMeterStart: Int64? { Self.known(meterStart) }

  /// The register of the stop; nil also where the station says -1 because it does not know.
  var knownMeterStop: Int64? { Self.known(meterStop) }

  private static func known(_ register: Energy?) -> Int64? {
    guard let register, register.milliwattHours != unknownRegister else { return nil }
    return SessionPolicy.clamped(register.milliwattHours)
  }

  /// -1 Wh: what stations write that have no register to show.
  private static let unknownRegister: Int64 = -1_000

  /// The energy by start and stop. It is credible if the register did not fall, unless it was full,
  /// and if no more than 1 MW flowed.
  var meterAccount: MeterAccount {
    guard let start = knownMeterStart, let stop = knownMeterStop, let endedAt else {
      return .unknown
    }
    let elapsed = endedAt.milliseconds(since: startedAt)
    let rollover = RegisterRollover.rise(from: start, to: stop)
    let difference = rollover ?? stop - start
    return MeterAccount(
      difference: difference,
      isCredible: difference >= 0
        && SessionPolicy.isPlausible(rise: difference, overMilliseconds: elapsed),
      hasRolledOver: rollover != nil)
  }

  mutating func noteMeter(_ account: MeterAccount) {
    guard let difference = account.difference else { return }
    let position = endMessage?.position ?? 0
    if !account.isCredible {
      findings.note(difference < 0 ? .stopBelowStart : .meterStopAbsurd, at: position)
    } else if account.hasRolledOver {
      findings.note(.registerRolledOver, at: position)
    }
  }
}
