import Quantities
import Sessions

/// What was told of a session when: one step for each late record and each fact that changed it.
public struct SessionTimeline: Sendable {
  /// Something that changed what is told of a session after it was closed.
  public struct Step: Sendable {
    public enum Cause: Sendable {
      /// A record that came after the session had been closed.
      case record
      /// A fact by hand, and the position of the fact that undoes it.
      case correction(Correction, undoneBy: UInt64?)
    }

    /// The position of the record or fact.
    public var position: UInt64
    /// When it was received: a fact when it was made.
    public var receivedAt: Instant
    public var cause: Cause
    /// What was told before; nil if there was no such session.
    public var before: Session.Outcome?
    public var after: Session.Outcome?
  }

  /// In the order of the log.
  public private(set) var steps: [Step] = []

  public init() {}

  /// - Parameters:
  ///   - id: the session.
  ///   - evidence: it and all that facts join with it, as folded.
  init(of id: SessionID, evidence: [Session], stationName: String, book: CorrectionBook) {
    for session in evidence { appendRevisions(of: session) }
    let facts = Self.facts(about: evidence, id, stationName, book)
    var before = evidence.first { $0.id == id }?.outcome
    for fact in facts {
      let then = CorrectedSessions(
        evidence, stationName: stationName, book: book.through(fact.position))
      let after = then.session(id)?.outcome
      steps.append(
        Step(
          position: fact.position, receivedAt: fact.publishedAt,
          cause: .correction(fact.correction, undoneBy: book.undoing(fact)), before: before,
          after: after))
      before = after
    }
    steps.sort { $0.position < $1.position }
  }

  private mutating func appendRevisions(of session: Session) {
    for (index, revision) in session.revisions.enumerated() {
      let next = index + 1 < session.revisions.count ? session.revisions[index + 1].before : nil
      let after = next ?? session.outcome
      guard after != revision.before else { continue }
      steps.append(
        Step(
          position: revision.position, receivedAt: revision.receivedAt, cause: .record,
          before: revision.before, after: after))
    }
  }

  /// The facts that bear on the session, with those that undo them, in the order of their log.
  private static func facts(
    about evidence: [Session], _ id: SessionID, _ stationName: String, _ book: CorrectionBook
  ) -> [CorrectionBook.Entry] {
    var positions = Set(book.entries(reaching: evidence.flatMap(\.ids) + [id]).map(\.position))
    for entry in book.entries {
      switch entry.correction.change {
      case .meter(let exchange)
      where exchange.station == stationName && evidence.contains { $0.isChanged(by: exchange) }:
        positions.insert(entry.position)
      // What is undone comes before.
      case .undo(let position) where positions.contains(position):
        positions.insert(entry.position)
      default: break
      }
    }
    return book.entries.filter { positions.contains($0.position) }
  }
}

extension ReadModels {
  /// What was told of a session when.
  /// - Complexity: O(facts about the session × sessions that they join with it).
  public func timeline(of session: Session) throws -> SessionTimeline {
    let book = try facts().corrections
    let found = try evidence(reachedFrom: session.ids, in: book)
    guard let (station, evidence) = found.first else { return SessionTimeline() }
    return SessionTimeline(
      of: session.id, evidence: evidence, stationName: station, book: book)
  }
}
