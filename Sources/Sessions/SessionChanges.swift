/// What a pass over a station's events changed: sessions to be written, and keys to find them by.
///
/// One value serves a whole batch, of one station or of many. A session is listed once, in its
/// latest form; one that was reopened in the batch is listed as open. Sessions that simply are open
/// are not listed: they are in ``StationFold/open``.
public struct SessionChanges: Sendable {
  /// The sessions closed, corrected or reopened, in the order in which they first changed.
  public private(set) var sessions: [Session] = []
  /// For each key the `openedAtPosition` of the session it names from now on.
  public private(set) var keys: [SessionKey: UInt64] = [:]

  /// Rises with every change, also when a session that is listed already changes again.
  public private(set) var revision: UInt64 = 0

  private var indices: [UInt64: Int] = [:]

  public init() {}

  public var isEmpty: Bool { sessions.isEmpty }

  /// Forgets everything after it was written; the memory is kept.
  public mutating func removeAll() {
    sessions.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
    indices.removeAll(keepingCapacity: true)
  }

  /// The session that this pass registered under `key`, or nil.
  public func session(for key: SessionKey) -> Session? {
    guard let position = keys[key], let index = indices[position] else { return nil }
    return sessions[index]
  }

  /// Records the latest form of a session.
  mutating func write(_ session: Session, keys names: [SessionKey]) {
    revision += 1
    for name in names { keys[name] = session.openedAtPosition }
    if let index = indices[session.openedAtPosition] {
      sessions[index] = session
    } else {
      indices[session.openedAtPosition] = sessions.count
      sessions.append(session)
    }
  }
}
