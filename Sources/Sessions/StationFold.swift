import ChargerEvents
import Quantities

/// Folds the charger events of one station into sessions.
///
/// Feed it the station's events in order of (received-at, position). It is pure: time is the time in
/// the stamps, and nothing but its own state, the history and the events shapes the result. A record
/// older than the last one means folding the station again from a state before it (SEMANTICS 3).
///
///     var fold = StationFold(station: id, stationName: name)
///     try fold.apply(event, readings: readings, stamp: stamp, history: history, changes: &changes)
///     try fold.advance(to: logTime, history: history, changes: &changes)
///     // write changes.sessions and changes.keys, then fold.open
public struct StationFold: Sendable {
  public let station: StationID
  /// The name that session ids are made from: they survive an import into another ledger.
  public let stationName: String
  /// What was noticed about the station apart from any session.
  public internal(set) var findings: [Finding] = []

  /// Sessions that are not over, with evidence as it came: not concluded yet.
  var openSessions: [OpenSession] = []
  /// The last status of each 1.6 connector.
  var connectors: [ConnectorMemory] = []
  /// The last transaction of each 2.x EVSE.
  var places: [PlaceMemory] = []
  /// The last closed session of each 1.6 connector.
  var lastClosed: [ClosedMemory] = []
  /// Closed 1.6 sessions whose start may still come, oldest first.
  var lostStarts: [LostStart] = []
  /// 1.6 starts whose answer has not been seen, oldest first.
  var unanswered: [UnansweredStart] = []
  /// Credits of CDRs that have not come yet, oldest first.
  var pendingCredits: [PendingCredit] = []
  /// No timer is due before this log time.
  var nextTimer = Instant.distantFuture

  public init(station: StationID, stationName: String) {
    self.station = station
    self.stationName = stationName
  }

  /// A session that is not over, and its 1.6 transaction id as a number.
  struct OpenSession: Sendable, Hashable {
    var session: Session
    var number: Int64?
  }

  struct ConnectorMemory: Sendable, Hashable {
    var connector: Int32
    var status: ConnectorStatus
  }

  struct PendingCredit: Sendable, Hashable {
    /// The name of the CDR that is taken back.
    var name: String
    var position: UInt64
  }

  struct UnansweredStart: Sendable, Hashable {
    var messageHash: UInt64
    var key: SessionKey
  }

  /// The sessions that are not over, as far as the log tells them, in the order they were opened.
  /// - Complexity: O(n) in their readings: they are concluded for each call.
  public var open: [Session] { open(changedSince: 0) }

  /// Those of ``open`` that a record at `position` or later has changed.
  ///
  /// - Parameter changes: what it lists has changed, too: a timer may have joined two sessions.
  public func open(
    changedSince position: UInt64, or changes: SessionChanges = SessionChanges()
  ) -> [Session] {
    openSessions.compactMap { open in
      guard
        open.session.lastPosition >= position
          || changes.index(openedAt: open.session.openedAtPosition) != nil
      else { return nil }
      var session = open.session
      session.conclude()
      return session
    }
  }

  /// Whether any session is not over.
  public var hasOpenSessions: Bool { !openSessions.isEmpty }

  /// Folds one event. `readings` are the decoder's for this event.
  ///
  /// Timers due at the event's time fire first. Throws only what the history throws; the fold must
  /// not be used after that.
  /// - Complexity: O(open sessions + readings) for meter values of an open session.
  public mutating func apply<History: SessionHistory>(
    _ event: borrowing ChargerEvent, readings: UnsafeBufferPointer<MeterReading>,
    stamp: EventStamp, history: History, changes: inout SessionChanges
  ) throws(History.Failure) {
    try advance(to: stamp.receivedAt, history: history, changes: &changes)
    switch copy event {
    case .meterValues(let values):
      try take(values, readings, stamp, history, &changes)
    case .transactionEvent(let event):
      try take(event, readings, stamp, history, &changes)
    case .transactionStarted(let start):
      try take(start, stamp, history, &changes)
    case .transactionStartAnswered(let answer):
      try take(answer, stamp, history, &changes)
    case .transactionStopped(let stop):
      try take(stop, readings, stamp, history, &changes)
    case .statusNotification(let status):
      take(status, stamp)
    case .bootNotification:
      takeRestart(stamp)
    case .message, .other, .unreadable:
      break
    }
  }

  /// Fires the timers that are due at `logTime`: transactions gone silent are closed as estimated.
  /// - Complexity: O(1) unless a timer may be due.
  public mutating func advance<History: SessionHistory>(
    to logTime: Instant, history: History, changes: inout SessionChanges
  ) throws(History.Failure) {
    if logTime >= nextTimer { try closeSilent(at: logTime, history, &changes) }
  }
}
