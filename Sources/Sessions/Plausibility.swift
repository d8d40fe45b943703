import ChargerEvents
import Quantities

/// What a session or a charge detail record says of itself, as the rules of ``Plausibility`` ask.
public struct SessionFigures: Sendable, Hashable {
  public var startedAt: Instant
  /// nil while open.
  public var endedAt: Instant?
  /// As stated: an imported record may be negative.
  public var milliwattHours: Int64
  /// The sum of its charging periods, where it has them beside a total.
  public var periodMilliwattHours: Int64?
  /// When the ledger, or the party that keeps it, got the end or the record; nil if nobody knows.
  public var receivedAt: Instant?
  /// The most that its connector can deliver, where the site says so.
  public var connectorPower: Power?

  public init(
    startedAt: Instant, endedAt: Instant?, milliwattHours: Int64,
    periodMilliwattHours: Int64? = nil, receivedAt: Instant? = nil, connectorPower: Power? = nil
  ) {
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.milliwattHours = milliwattHours
    self.periodMilliwattHours = periodMilliwattHours
    self.receivedAt = receivedAt
    self.connectorPower = connectorPower
  }
}

/// The rules by which Dutch parties hold back a charge detail record that cannot be right.
///
/// They follow what operators check in practice after the agreements of the Dutch trade association
/// eViolin: power against the connector's, times in the future, age, a least duration and energy
/// (Longship, "Session thresholding"); duration, energy and power (GreenFlux, "CDR validation",
/// category feasibility); end before start and registers that fall (has.to.be, "Plausibilitätsmonitor").
/// Their figures are each operator's own; those here are constants with names. A rule only finds:
/// nothing is changed or left out because of it.
public enum Plausibility {
  /// A session of more than 1 MWh: no vehicle on the road holds it.
  public static let greatestEnergyMilliwattHours: Int64 = 1_000_000_000
  /// A session of more than 7 days.
  public static let greatestDurationMilliseconds: Int64 = 7 * 86_400_000
  /// Providers need not pay what is reported more than 90 days after its end.
  public static let greatestAgeMilliseconds: Int64 = 90 * 86_400_000
  /// Mean power may be this part above the connector's: meters and rated figures are rounded.
  public static let powerTolerancePercent: Int64 = 10
  /// The total and the sum of the periods may differ by their rounding to Wh, 1 Wh a record.
  public static let totalToleranceMilliwattHours: Int64 = 1_000

  /// Passes each rule that `figures` break to `note`.
  public static func check(_ figures: SessionFigures, note: (FindingCode) -> Void) {
    if figures.milliwattHours < 0 { note(.energyNegative) }
    if figures.milliwattHours > greatestEnergyMilliwattHours { note(.energyAbsurd) }
    if startsInFuture(figures) { note(.startInFuture) }
    if disagreesWithPeriods(figures) { note(.totalDiffersFromPeriods) }
    guard let endedAt = figures.endedAt else { return }
    let duration = endedAt.milliseconds(since: figures.startedAt)
    if duration < 0 { note(.endBeforeStart) }
    if duration == 0, figures.milliwattHours > 0 { note(.energyWithoutDuration) }
    if duration > greatestDurationMilliseconds { note(.sessionTooLong) }
    if figures.milliwattHours == 0 { note(.noEnergy) }
    if exceedsConnector(figures, over: duration) { note(.powerAboveConnector) }
    if let received = figures.receivedAt,
      received.milliseconds(since: endedAt) > greatestAgeMilliseconds
    {
      note(.reportedLate)
    }
  }

  private static func startsInFuture(_ figures: SessionFigures) -> Bool {
    guard let received = figures.receivedAt else { return false }
    let latest = received.advanced(byMilliseconds: SessionPolicy.clockToleranceMilliseconds)
    return figures.startedAt > latest
  }

  private static func disagreesWithPeriods(_ figures: SessionFigures) -> Bool {
    guard let periods = figures.periodMilliwattHours else { return false }
    let (difference, overflow) = figures.milliwattHours.subtractingReportingOverflow(periods)
    return overflow || difference.magnitude > UInt64(totalToleranceMilliwattHours)
  }

  /// Mean power above the connector's, or above 1 MW where the site does not say.
  private static func exceedsConnector(_ figures: SessionFigures, over duration: Int64) -> Bool {
    guard duration > 0, figures.milliwattHours > 0 else { return false }
    let greatest = figures.connectorPower?.milliwatts ?? SessionPolicy.greatestConnectorMilliwatts
    let allowed = Int128(greatest) * Int128(100 + powerTolerancePercent) * Int128(duration)
    return Int128(figures.milliwattHours) * 3_600_000 * 100 > allowed
  }
}

extension Session {
  /// What ``Plausibility`` asks of it. `connectorPower` is the site's to say.
  public func figures(connectorPower: Power? = nil) -> SessionFigures {
    if dialect == .imported { return statedFigures(connectorPower: connectorPower) }
    return SessionFigures(
      startedAt: startedAt, endedAt: endedAt, milliwattHours: energy.milliwattHours,
      receivedAt: endMessage?.receivedAt, connectorPower: connectorPower)
  }

  /// Notes what is not plausible about the session by itself. Sessions whose energy nobody knows
  /// have that finding, not one of no energy.
  mutating func notePlausibility() {
    guard closing != nil || dialect == .imported else { return }
    var broken: [FindingCode] = []
    Plausibility.check(figures()) { broken.append($0) }
    for code in broken where code != .noEnergy || energyEvidence != .none {
      findings.note(once: code, at: judgedPosition)
    }
  }

  /// The record that shows what is judged; 0 if none does.
  private var judgedPosition: UInt64 {
    (dialect == .imported ? messages.last : endMessage)?.position ?? 0
  }

  /// Judges the mean power by the connector of a site, which a fold over the station alone cannot
  /// know. Judging again, by the same or another power, replaces what was found before.
  public mutating func judge(connectorPower: Power?) {
    guard let connectorPower, closing != nil else { return }
    findings.removeAll { $0.code == .powerAboveConnector }
    var isAbove = false
    Plausibility.check(figures(connectorPower: connectorPower)) { code in
      if code == .powerAboveConnector { isAbove = true }
    }
    if isAbove { findings.note(.powerAboveConnector, at: judgedPosition) }
  }
}
