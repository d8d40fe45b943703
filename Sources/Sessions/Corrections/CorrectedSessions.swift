import Quantities

/// Sessions of one station as people have corrected them: the second stage behind the fold.
///
/// A pure function of what the fold has concluded and of the corrections. Exchanges of meters come
/// first, because they are about the evidence; the other facts follow in the order of their log. A
/// fact that does not fit (any more) is left out, with a finding.
public struct CorrectedSessions: Sendable {
  /// The sessions that there are now, by id: split ones as two, merged ones as one, voided ones
  /// marked.
  public private(set) var sessions: [SessionID: Session]
  /// Ids of sessions that became part of another one, which has the id beside it.
  public private(set) var aliases: [SessionID: SessionID] = [:]
  /// The positions of the facts that hold and do not fit.
  public private(set) var misfits: Set<UInt64> = []

  /// - Parameter concluded: all sessions of the station that the facts of `book` reach from any of
  ///   them, as the fold has concluded them.
  public init(_ concluded: [Session], stationName: String, book: CorrectionBook) {
    sessions = Dictionary(concluded.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for session in concluded {
      // A fact may be about a part that was a session of its own when it was published.
      for part in session.mergedIDs { aliases[part] = session.id }
    }
    for entry in book.entries where book.isActive(entry) {
      guard case .meter(let exchange) = entry.correction.change, exchange.station == stationName
      else { continue }
      for session in concluded where session.isChanged(by: exchange) {
        sessions[session.id]?.exchangeMeter(exchange, correctedAt: entry.position)
      }
    }
    for entry in book.entries(reaching: concluded.flatMap(\.ids)) where book.isActive(entry) {
      apply(entry)
    }
  }

  /// The session with this id, or the one that it became a part of.
  public func session(_ id: SessionID) -> Session? { sessions[resolved(id)] }

  private func resolved(_ id: SessionID) -> SessionID {
    var id = id
    while let next = aliases[id] { id = next }
    return id
  }

  private mutating func apply(_ entry: CorrectionBook.Entry) {
    let change = entry.correction.change
    let isDone =
      switch change {
      case .token(let id, let token): update(id) { $0.token = token }
      case .void(let id): update(id) { $0.isVoid = true }
      case .split(let id, let time):
        split(id, at: time, into: .secondPart(of: id, from: time), entry.position)
      case .merge(let ids): merge(ids, entry.position)
      case .meter, .station, .undo: true
      }
    if !isDone { misfits.insert(entry.position) }
    let code: FindingCode = isDone ? .correctedByHand : .correctionNotApplied
    for id in change.sessions + (change.product.map { [$0] } ?? []) {
      sessions[resolved(id)]?.findings.note(once: code, at: entry.position)
    }
  }

  private mutating func update(_ id: SessionID, _ body: (inout Session) -> Void) -> Bool {
    let id = resolved(id)
    guard var session = sessions[id] else { return false }
    body(&session)
    sessions[id] = session
    return true
  }

  private mutating func split(
    _ id: SessionID, at time: Instant, into second: SessionID, _ position: UInt64
  ) -> Bool {
    let id = resolved(id)
    guard let parts = sessions[id]?.split(at: time, into: second, correctedAt: position) else {
      return false
    }
    sessions[id] = parts.first
    sessions[second] = parts.second
    return true
  }

  /// The older one stays; all or nothing.
  private mutating func merge(_ ids: [SessionID], _ position: UInt64) -> Bool {
    let ids = ids.map { resolved($0) }
    let parts = ids.compactMap { sessions[$0] }.sorted { $0.isOlder(than: $1) }
    guard Set(ids).count == ids.count, parts.count == ids.count, var whole = parts.first else {
      return false
    }
    for part in parts.dropFirst() {
      guard let merged = whole.merged(with: part, correctedAt: position) else { return false }
      whole = merged
    }
    for part in parts.dropFirst() {
      sessions[part.id] = nil
      aliases[part.id] = whole.id
    }
    sessions[whole.id] = whole
    return true
  }
}

extension [Finding] {
  /// Notes that a fact bears on the session; a fact is listed once.
  mutating func note(once code: FindingCode, at position: UInt64) {
    if contains(where: { $0.code == code && $0.positions.contains(position) }) { return }
    note(code, at: position)
  }
}
