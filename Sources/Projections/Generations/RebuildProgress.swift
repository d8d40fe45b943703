/// How far the build of a projection has come.
public struct RebuildProgress: Sendable, Hashable {
  /// What a build does, in this order.
  public enum Phase: String, Sendable, CaseIterable {
    /// Folding the log from its first event, or from where a killed build was.
    case folding
    /// Comparing with what serves.
    case comparing
    /// Folding what came in the meantime.
    case catchingUp = "catching_up"
    /// Bringing all of it to the disk, once.
    case syncing
    /// Taking over.
    case switching
  }

  public var projection: String
  public var phase: Phase
  /// The last position folded in.
  public var position: UInt64
  /// The head of the log, when it was last looked at.
  public var head: UInt64
  /// The stations that got late records and are still to be folded again, when all else is folded.
  public var stationsLeft = 0

  public init(
    projection: String, phase: Phase, position: UInt64, head: UInt64, stationsLeft: Int = 0
  ) {
    self.projection = projection
    self.phase = phase
    self.position = position
    self.head = head
    self.stationsLeft = stationsLeft
  }

  /// How far a fold of a phase has come.
  init(projection: String, phase: Phase, _ folded: FoldProgress) {
    self.init(
      projection: projection, phase: phase, position: folded.position, head: folded.head,
      stationsLeft: folded.stationsLeft)
  }
}

/// How fast a build is, from a first look at it to the latest.
public struct RebuildRate: Sendable {
  private let first: (position: UInt64, milliseconds: UInt64)
  private var latest: (position: UInt64, milliseconds: UInt64)

  /// - Parameters:
  ///   - position: where the build goes on: what an earlier run of it has done does not count.
  ///   - milliseconds: of any clock that goes forward.
  public init(position: UInt64, milliseconds: UInt64) {
    first = (position, milliseconds)
    latest = first
  }

  public mutating func note(position: UInt64, milliseconds: UInt64) {
    latest = (max(latest.position, position), max(latest.milliseconds, milliseconds))
  }

  /// The events since the first look.
  public var events: UInt64 { latest.position - first.position }

  /// nil while there is nothing to measure.
  public var eventsPerSecond: UInt64? {
    let milliseconds = latest.milliseconds - first.milliseconds
    guard events > 0, milliseconds > 0 else { return nil }
    let (product, isTooMuch) = events.multipliedReportingOverflow(by: 1000)
    return isTooMuch ? events / milliseconds * 1000 : product / milliseconds
  }

  /// Rounded up; nil while nobody can say.
  public func secondsLeft(to head: UInt64) -> UInt64? {
    guard let eventsPerSecond else { return nil }
    return Self.seconds(events: head - min(head, latest.position), at: eventsPerSecond)
  }

  /// What a number of events takes, rounded up; nil at no rate at all.
  static func seconds(events: UInt64, at eventsPerSecond: UInt64) -> UInt64? {
    guard eventsPerSecond > 0 else { return nil }
    return events / eventsPerSecond + (events % eventsPerSecond > 0 ? 1 : 0)
  }
}
