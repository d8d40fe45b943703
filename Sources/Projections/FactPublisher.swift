import EventLog
import JSON
import Quantities
import Sites
import Tariffs

/// Appends facts to the control stream: sites, tariffs, groups of tokens.
///
/// Whether a fact may be added is decided inside the append, where no other process can write, so
/// two publishers cannot both be right (SEMANTICS 6).
public struct FactPublisher {
  /// What became of a fact.
  public enum Outcome: Sendable, Hashable {
    case published(position: UInt64)
    /// The same fact is in force; nothing was appended.
    case alreadyPublished(position: UInt64)
  }

  private let ledger: Ledger

  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// Publishes a site as it is from its effective-from on.
  public func publish(_ fact: SiteFact) throws -> Outcome {
    try publish(.siteFact, fact.body) { facts, now in facts.sites.position(ofSame: fact, at: now) }
  }

  /// Publishes a group of tokens.
  public func publish(_ fact: TokenFact) throws -> Outcome {
    try publish(.tokenFact, fact.body) { facts, now in
      facts.tokens.position(ofSame: fact, at: now)
    }
  }

  /// Publishes a tariff with its validity and assignments.
  ///
  /// - Throws: ``TariffOverlap`` if it would be in doubt which of two tariffs is meant.
  public func publish(_ publication: TariffPublication) throws -> Outcome {
    try publish(.tariffFact, publication.encoded()) { facts, now in
      if let position = facts.tariffs.position(ofSame: publication, at: now) { return position }
      try facts.tariffs.check(publication, publishedAt: now)
      return nil
    }
  }

  /// Appends a fact unless `positionInForce` finds it in force already.
  private func publish(
    _ kind: EventKind, _ body: [UInt8],
    positionInForce: (Facts, _ now: Instant) throws -> UInt64?
  ) throws -> Outcome {
    // What cannot be read back would stop every fold from then on: the log keeps it for ever.
    _ = try body.withUnsafeBytes { try Fact(kind, $0, JSONParser()) }
    return try ledger.append { batch in
      let facts = try Facts(reading: ledger, through: batch.head)
      if let position = try positionInForce(facts, batch.recordedAt) {
        return .alreadyPublished(position: position)
      }
      let event = NewEvent(
        kind: kind, station: 0, direction: .none, receivedAt: batch.recordedAt)
      return .published(position: try body.withUnsafeBytes { try batch.append(event, body: $0) })
    }
  }
}
