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
    /// The fact in force is the same to the byte; nothing was appended.
    case alreadyPublished(position: UInt64)
  }

  private let ledger: Ledger

  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// Publishes a site as it is from its effective-from on.
  public func publish(_ fact: SiteFact) throws -> Outcome {
    try publish(.siteFact, fact.body) { _, _ in }
  }

  /// Publishes a group of tokens.
  public func publish(_ fact: TokenFact) throws -> Outcome {
    try publish(.tokenFact, fact.body) { _, _ in }
  }

  /// Publishes a tariff with its validity and assignments.
  ///
  /// - Throws: ``TariffOverlap`` if it would be in doubt which of two tariffs is meant.
  public func publish(_ publication: TariffPublication) throws -> Outcome {
    try publish(.tariffFact, publication.encoded()) { facts, now in
      try facts.tariffs.check(publication, publishedAt: now)
    }
  }

  private func publish(
    _ kind: EventKind, _ body: [UInt8], check: (Facts, _ now: Instant) throws -> Void
  ) throws -> Outcome {
    // What cannot be read back would stop every fold from then on: the log keeps it for ever.
    let fact = try body.withUnsafeBytes { try Fact(kind, $0, JSONParser()) }
    return try ledger.append { batch in
      let head = batch.head
      if let fact, let position = try position(ofSame: body, fact, kind, through: head) {
        return .alreadyPublished(position: position)
      }
      try check(Facts(reading: ledger, through: head), batch.recordedAt)
      let event = NewEvent(
        kind: kind, station: 0, direction: .none, receivedAt: batch.recordedAt)
      return .published(position: try body.withUnsafeBytes { try batch.append(event, body: $0) })
    }
  }

  /// The position of a fact with this body, unless another one about the same came after it.
  private func position(
    ofSame body: [UInt8], _ fact: Fact, _ kind: EventKind, through head: UInt64
  ) throws -> UInt64? {
    let parser = JSONParser()
    return try ledger.read { snapshot in
      var found: UInt64?
      try snapshot.forEachEventBackwards(ofStream: 0, through: head) { envelope, published in
        guard envelope.kind == kind else { return true }
        if published.elementsEqual(body) {
          found = envelope.position
          return false
        }
        return try Fact(kind, published, parser)?.isAboutTheSame(as: fact) != true
      }
      return found
    }
  }
}
