import Quantities

extension Session {
  /// The session before this one in the same place, as far as this one is judged by it.
  public struct Predecessor: Sendable, Hashable {
    /// The position that it was opened at.
    public var position: UInt64
    /// nil if its end is only estimated.
    public var endedAt: Instant?
    /// The import register at its end; nil if it showed none.
    public var register: Energy?
    /// The record that shows the register.
    public var registerPosition: UInt64
    /// When the register was read; without one, when the session began.
    public var registerAt: Instant

    public init(
      position: UInt64, endedAt: Instant?, register: Energy?, registerPosition: UInt64,
      registerAt: Instant
    ) {
      self.position = position
      self.endedAt = endedAt
      self.register = register
      self.registerPosition = registerPosition
      self.registerAt = registerAt
    }

    /// What `session` is to the one that follows it.
    init(_ session: Session) {
      let last = session.energyPoints.last
      self.init(
        position: session.openedAtPosition, endedAt: session.isEstimated ? nil : session.endedAt,
        register: session.hasLifetimeRegister ? last?.register : nil,
        registerPosition: last?.position ?? 0, registerAt: last?.at ?? session.startedAt)
    }
  }

  /// Whether its registers go on from session to session: they do not begin at zero.
  var hasLifetimeRegister: Bool {
    (energyPoints.first?.register?.milliwattHours ?? 0)
      > SessionPolicy.registerToleranceMilliwattHours
  }

  /// Energy that the station's readings show after the end: it belongs to no session
  /// (lbbrhzn/ocpp#1069).
  public var energyAfterEnd: Energy {
    guard let endedAt, let last = energyPoints.last, last.role == .end,
      let register = last.register
    else { return .zero }
    var greatest: Int64 = 0
    for reading in setAside where reading.at > endedAt {
      guard let later = reading.register else { continue }
      let rise =
        SessionPolicy.clamped(later.milliwattHours)
        - SessionPolicy.clamped(register.milliwattHours)
      let elapsed = reading.at.milliseconds(since: endedAt)
      if SessionPolicy.isPlausible(rise: rise, overMilliseconds: elapsed) {
        greatest = max(greatest, rise)
      }
    }
    return Energy(milliwattHours: greatest)
  }

  /// Notes energy that flowed before the session and after it, and an overlap with its predecessor.
  mutating func noteNeighbours() {
    if energyAfterEnd.milliwattHours > SessionPolicy.registerToleranceMilliwattHours,
      let reading = setAside.last(where: { $0.register != nil })
    {
      findings.note(.energyAfterStop, at: reading.position)
    }
    guard let predecessor else { return }
    if let ended = predecessor.endedAt,
      ended.milliseconds(since: startedAt) > SessionPolicy.overlapToleranceMilliseconds
    {
      findings.note(.overlapOnConnector, at: predecessor.position)
      findings.note(.overlapOnConnector, at: openedAtPosition)
    }
    noteGap(after: predecessor)
  }

  /// The register at the start of a session should be that at the end of the one before (OCPP 1.6,
  /// errata 3.78): what it rose by in between is missing from every session.
  private mutating func noteGap(after predecessor: Predecessor) {
    guard let register = predecessor.register, hasLifetimeRegister, let begin = energyPoints.first
    else { return }
    let gap = RegisterGap(
      from: register, to: begin.register ?? .zero,
      milliseconds: begin.at.milliseconds(since: predecessor.endedAt ?? startedAt))
    let code: FindingCode
    switch gap {
    case .none: return
    case .missing: code = .energyBetweenSessions
    case .changed: code = .registerChangedBetweenSessions
    }
    findings.note(code, at: predecessor.registerPosition)
    findings.note(code, at: begin.position)
  }
}

/// What lies between the register at the end of a session and that at the start of the next.
public enum RegisterGap: Sendable, Hashable {
  /// The same, but for rounding.
  case none
  /// Energy that belongs to no session.
  case missing(Energy)
  /// Another register: set back, exchanged, or too far away to be energy.
  case changed

  /// Registers of start and stop are rounded to whole Wh, and some meters go in steps of 10 Wh
  /// (EVerest/libocpp#638): up to 10 Wh are no gap.
  public static let toleranceMilliwattHours: Int64 = 10_000

  /// - Parameter milliseconds: the time between the two.
  public init(from end: Energy, to begin: Energy, milliseconds: Int64) {
    let (low, high) = (
      SessionPolicy.clamped(end.milliwattHours), SessionPolicy.clamped(begin.milliwattHours)
    )
    let rise = RegisterRollover.rise(from: low, to: high) ?? high - low
    if abs(rise) <= Self.toleranceMilliwattHours {
      self = .none
    } else if rise > 0, SessionPolicy.isPlausible(rise: rise, overMilliseconds: milliseconds) {
      self = .missing(Energy(milliwattHours: rise))
    } else {
      self = .changed
    }
  }
}
