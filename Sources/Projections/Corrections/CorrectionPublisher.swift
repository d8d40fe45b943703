import EventLog
import JSON
import Sessions

/// Appends corrections to the control stream.
public struct CorrectionPublisher {
  private let ledger: Ledger

  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// Appends a correction if it fits what the log tells now.
  ///
  /// It is checked against the read models, and appended only if no other correction came in between
  /// (SEMANTICS 6). Records that came in between can make any fact a misfit, at any time: then the
  /// session says so in a finding.
  /// - Parameter models: the ledger's read models. They are brought up to date if they must be.
  /// - Returns: the position of the fact, and what it changes.
  /// - Throws: ``CorrectionRefusal``.
  public func publish(
    _ correction: Correction, models: ReadModels
  ) throws -> (position: UInt64, plan: CorrectionPlan) {
    while true {
      let plan = try CorrectionPlan(correction, for: models)
      let body = plan.correction.body
      _ = try body.withUnsafeBytes { try Fact(.correctionFact, $0, JSONParser()) }
      let position = try ledger.append { batch -> UInt64? in
        let facts = try Facts(reading: ledger, through: batch.head)
        guard facts.corrections.lastPosition == plan.bookPosition else { return nil }
        let event = NewEvent(
          kind: .correctionFact, station: 0, direction: .none, receivedAt: batch.recordedAt)
        return try body.withUnsafeBytes { try batch.append(event, body: $0) }
      }
      if let position { return (position, plan) }
      try models.catchUp()
    }
  }
}
