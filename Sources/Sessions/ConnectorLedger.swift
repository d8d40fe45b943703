import Quantities

/// The register of a connector against its sessions: what they account for, and what is missing.
///
/// A lifetime register should go on from session to session (OCPP 1.6, errata 3.78). Where it does
/// not, energy was taken that no session shows: a lost start and stop, a station that charges while
/// it restarts, or the station's own use.
public struct ConnectorLedger: Sendable, Hashable {
  /// Energy between two sessions.
  public struct Gap: Sendable, Hashable {
    /// The register at the end of one session, and at the begin of the next. If the meter was
    /// exchanged between them, the first is told as the new one would have shown it.
    public var from: Session.EnergyPoint
    public var to: Session.EnergyPoint
    public var energy: Energy
  }

  /// Gaps that are kept; the energy of older ones is still in ``missing``.
  public static let greatestGaps = 100

  public private(set) var sessionCount: UInt64 = 0
  /// The sum of the sessions' energies.
  public private(set) var sessionEnergy = Energy.zero
  /// Energy that the register counted between sessions.
  public private(set) var missing = Energy.zero
  /// The latest gaps in order of time, at most ``greatestGaps``.
  public private(set) var gaps: [Gap] = []
  public private(set) var gapCount: UInt64 = 0
  /// The first and the last lifetime register that a session shows.
  public private(set) var first: Session.EnergyPoint?
  public private(set) var last: Session.EnergyPoint?
  /// How often the register did not go on: it was set back or exchanged, or began again in a session.
  public private(set) var registerChanges: UInt64 = 0
  /// How often the meter was exchanged, as people say.
  public private(set) var exchanges: UInt64 = 0
  /// How much more the meters that are gone showed than those that came.
  private var exchanged: Int64 = 0
  /// The energy of sessions that showed no register, since ``last``.
  private var unregistered = Energy.zero

  public init() {}

  /// The energy that the lifetime register counted from ``first`` to ``last``; nil if it is not the
  /// same register.
  public var registerRise: Energy? {
    guard registerChanges == 0, let low = first?.register, let high = last?.register else {
      return nil
    }
    return Energy(
      milliwattHours: SessionPolicy.clamped(high.milliwattHours)
        - SessionPolicy.clamped(low.milliwattHours) + exchanged)
  }

  /// The meter was exchanged, in the session last added or after it.
  public mutating func exchange(_ exchange: MeterExchange) {
    exchanges += 1
    guard let register = last?.register else { return }
    let step = exchange.stepMilliwattHours
    last?.register = Energy(milliwattHours: SessionPolicy.clamped(register.milliwattHours) - step)
    exchanged = SessionPolicy.clamped(exchanged + step)
  }

  /// Takes in the connector's next session, in order of their starts. Open ones say nothing yet, and
  /// void ones never were.
  /// - Complexity: O(1), but for ``greatestGaps``.
  public mutating func add(_ session: borrowing Session) {
    guard session.state == .closed, !session.isVoid else { return }
    sessionCount += 1
    sessionEnergy = sum(sessionEnergy, session.energy)
    guard session.hasLifetimeRegister, let begin = session.energyPoints.first,
      let end = session.energyPoints.last, end.register != nil
    else {
      unregistered = sum(unregistered, session.energy)
      return
    }
    if let last { addGap(from: last, to: begin) }
    if first == nil { first = begin }
    for (end, begin) in zip(session.energyPoints, session.energyPoints.dropFirst())
    where end.role == .end && begin.role == .begin {
      // Sessions that were merged by hand.
      addGap(from: end, to: begin)
    }
    if session.energyPoints.contains(where: { $0.role == .afterBreak }) { registerChanges += 1 }
    last = end
    unregistered = .zero
  }

  private mutating func addGap(from end: Session.EnergyPoint, to begin: Session.EnergyPoint) {
    let gap = RegisterGap(
      from: end.register ?? .zero, to: begin.register ?? .zero,
      milliseconds: begin.at.milliseconds(since: end.at))
    switch gap {
    case .none: break
    case .changed: registerChanges += 1
    case .missing(let energy):
      let unexplained = energy.milliwattHours - min(energy, unregistered).milliwattHours
      guard unexplained > RegisterGap.toleranceMilliwattHours else { return }
      gapCount += 1
      missing = sum(missing, Energy(milliwattHours: unexplained))
      if gaps.count == Self.greatestGaps { gaps.removeFirst() }
      gaps.append(Gap(from: end, to: begin, energy: Energy(milliwattHours: unexplained)))
    }
  }

  private func sum(_ left: Energy, _ right: Energy) -> Energy {
    Energy(
      milliwattHours: SessionPolicy.clamped(
        SessionPolicy.clamped(left.milliwattHours) + SessionPolicy.clamped(right.milliwattHours)))
  }
}
