/// What a pass over a station's events changed: sessions to be written, and keys to find them by.
///
/// One value serves a whole batch, of one station or of many. A session is listed once, in its
/// latest form; one that was reopened in the batch is listed as open. Sessions that simply are open
/// are not listed: they are in ``StationFold/open``.
public struct SessionChanges: Sendable {
  /// For each key the `openedAtPosition` of the session it names from now on.
  public private(set) var keys: [SessionKey: UInt64] = [:]

  /// Rises with every change, also when a session that is listed already changes again.
  public private(set) var revision: UInt64 = 0

  private var listed: [Session] = []
  private var indices: [UInt64: Int] = [:]
  /// Those of `listed` that took in evidence which they were not concluded from yet. A queue of a
  /// thousand late events is concluded once, not a thousand times.
  private var unconcluded: Set<Int> = []

  /// A session that was found to be a part of another one, which has its id among
  /// ``Session/mergedIDs`` from now on.
  public struct Removal: Sendable, Hashable {
    public var id: SessionID
    public var station: StationID
    public var openedAtPosition: UInt64
  }

  /// The sessions that are none any more, in the order in which that was found.
  public private(set) var removals: [Removal] = []

  public init() {}

  public var isEmpty: Bool { listed.isEmpty }

  /// How many sessions changed.
  public var count: Int { indices.count }

  /// The sessions closed, corrected or reopened, in the order in which they first changed.
  /// - Complexity: O(1) unless sessions took in late evidence; else O(n) in the readings of those.
  public var sessions: [Session] {
    if unconcluded.isEmpty, removals.isEmpty { return listed }
    var sessions = listed
    for index in unconcluded { sessions[index].conclude() }
    return sessions.filter { !isRemoved($0.openedAtPosition) }
  }

  /// Forgets everything after it was written; the memory is kept.
  public mutating func removeAll() {
    listed.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
    indices.removeAll(keepingCapacity: true)
    unconcluded.removeAll(keepingCapacity: true)
    removals.removeAll()
  }

  // MARK: For the fold

  /// The session listed at `index`, perhaps with evidence that it was not concluded from yet.
  subscript(index: Int) -> Session { listed[index] }

  /// Where the session stands that this pass registered under `key`; nil if it registered none.
  func index(of key: SessionKey) -> Int? { keys[key].flatMap { indices[$0] } }

  /// Where the session that was opened at `position` stands; nil if it is not listed.
  func index(openedAt position: UInt64) -> Int? { indices[position] }

  /// Records the latest form of a session, concluded.
  mutating func write(_ session: Session, keys names: [SessionKey]) {
    revision += 1
    let index = list(session)
    listed[index] = session
    unconcluded.remove(index)
    register(names, at: index)
  }

  /// Lists an earlier session as it is stored, to be amended.
  mutating func list(_ session: Session) -> Int {
    if let index = indices[session.openedAtPosition] { return index }
    indices[session.openedAtPosition] = listed.count
    listed.append(session)
    return listed.count - 1
  }

  /// Changes a listed session in its place, without copying its readings.
  mutating func amend(_ index: Int, _ change: (inout Session) -> Void) {
    revision += 1
    change(&listed[index])
    unconcluded.insert(index)
  }

  /// Changes a listed session by a record that may change what was told of it when it was closed.
  mutating func amend(
    _ index: Int, revisedBy stamp: EventStamp, _ change: (inout Session) -> Void
  ) {
    if listed[index].isRevised(by: stamp) {
      conclude(index)
      listed[index].beginRevision(stamp)
    }
    amend(index, change)
  }

  /// Concludes a listed session from all that it took in.
  mutating func conclude(_ index: Int) {
    if unconcluded.remove(index) != nil { listed[index].conclude() }
  }

  /// Takes a session away that is part of another one.
  mutating func remove(_ session: Session) {
    revision += 1
    if let index = indices.removeValue(forKey: session.openedAtPosition) {
      unconcluded.remove(index)
    }
    removals.append(
      Removal(
        id: session.id, station: session.station, openedAtPosition: session.openedAtPosition))
  }

  /// Whether a session that the history still has is part of another one.
  func isRemoved(_ position: UInt64) -> Bool {
    removals.contains { $0.openedAtPosition == position }
  }

  mutating func register(_ names: [SessionKey], at index: Int) {
    for name in names { keys[name] = listed[index].openedAtPosition }
  }
}
