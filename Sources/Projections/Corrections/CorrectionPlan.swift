import Quantities
import Sessions

/// What a correction would change, checked: made before it is appended.
public struct CorrectionPlan: Sendable {
  /// A session before and after. Nil where there is none: a merged one goes, the second part of a
  /// split one comes.
  public struct Change: Sendable {
    public var id: SessionID
    public var before: Session.Outcome?
    public var after: Session.Outcome?
  }

  /// The correction, with ids of merged sessions replaced by those of what they became a part of.
  public private(set) var correction: Correction
  /// The sessions that change, in order of their start.
  public private(set) var changes: [Change] = []
  /// The last correction that was looked at. If there is a newer one, the plan is no longer valid.
  let bookPosition: UInt64

  /// Checks `correction` against the sessions of `models`.
  /// - Throws: ``CorrectionRefusal``; what reading throws.
  public init(_ correction: Correction, for models: ReadModels) throws {
    let check = try CorrectionCheck(models)
    self.correction = correction
    self.correction.change = try check.resolved(correction.change)
    self.bookPosition = check.book.lastPosition
    try check.check(self.correction.change)
    try plan(check)
  }

  private mutating func plan(_ check: CorrectionCheck) throws {
    let entry = CorrectionBook.Entry(
      correction: correction, position: check.head + 1, publishedAt: .distantFuture)
    var book = check.book
    book.add([entry])
    let evidence = try check.models.evidence(reachedFrom: correction.change, in: book)
    var broken: [UInt64] = []
    for (station, sessions) in evidence {
      let before = CorrectedSessions(sessions, stationName: station, book: check.book)
      let after = CorrectedSessions(sessions, stationName: station, book: book)
      broken += after.misfits.subtracting(before.misfits)
      for id in Set(before.sessions.keys).union(after.sessions.keys) {
        let change = Change(
          id: id, before: before.sessions[id]?.outcome, after: after.sessions[id]?.outcome)
        if change.before != change.after { changes.append(change) }
      }
    }
    guard broken.isEmpty else { throw CorrectionRefusal.breaks(positions: broken.sorted()) }
    changes.sort { ($0.start, $0.id.high, $0.id.low) < ($1.start, $1.id.high, $1.id.low) }
  }
}

extension CorrectionPlan.Change {
  fileprivate var start: Instant { (after ?? before)?.startedAt ?? .distantPast }
}
