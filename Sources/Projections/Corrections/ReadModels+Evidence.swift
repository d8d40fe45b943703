import LMDB
import Quantities
import Sessions

extension ReadModels {
  /// The sessions, as folded, that a change has to do with through any number of facts of `book`:
  /// by the names of their stations.
  ///
  /// - Parameter end: where the change stands in the log. It can only undo what stands before.
  func evidence(
    reachedFrom change: Correction.Change, in book: CorrectionBook, before end: UInt64 = .max
  ) throws -> [String: [Session]] {
    var seeds = change.sessions
    switch change {
    case .undo(let position):
      guard position < end, let entry = book.entry(at: position) else { return [:] }
      return try evidence(reachedFrom: entry.correction.change, in: book, before: position)
    case .meter(let exchange): seeds = try sessionIDs(changedBy: exchange)
    default: break
    }
    return try evidence(reachedFrom: seeds, in: book)
  }

  /// The sessions, as folded, that some sessions have to do with.
  func evidence(
    reachedFrom seeds: [SessionID], in book: CorrectionBook
  ) throws -> [String: [Session]] {
    let facts = try facts()
    return try generation.environment.read { transaction in
      let keptAside = try generation.evidenceHeaders(in: transaction).map {
        ($0.id, $0.openedAtPosition)
      }
      let keys = Dictionary(keptAside, uniquingKeysWith: { first, _ in first })
      let changes = book.entries(reaching: seeds).map(\.correction.change)
      let products = Set(changes.compactMap(\.product))
      var found: [String: [Session]] = [:]
      var seen: Set<UInt64> = []
      for id in Set(seeds + changes.flatMap(\.sessions)).subtracting(products) {
        let key = try keys[id] ?? generation.header(of: id, in: transaction)?.openedAtPosition
        guard let key, seen.insert(key).inserted,
          let session = try generation.foldedSession(key, in: transaction)
        else {
          continue
        }
        found[facts.stationName(session.station), default: []].append(session)
      }
      return found
    }
  }

  /// The sessions, as folded, that an exchange of a meter may change.
  private func sessionIDs(changedBy exchange: MeterExchange) throws -> [SessionID] {
    guard let station = try facts().station(named: exchange.station) else { return [] }
    return try generation.environment.read { transaction in
      let keptAside = try generation.evidenceHeaders(in: transaction).filter { header in
        guard header.station == station else { return false }
        let folded = try generation.foldedSession(header.openedAtPosition, in: transaction)
        return folded?.isChanged(by: exchange) == true
      }
      let others = try generation.headers(
        of: station, changedBy: [exchange], in: transaction)
      return Array(Set((keptAside + others).map(\.id)))
    }
  }
}
