import Quantities

/// All corrections of a log, in the order of its control stream, and which of them hold.
///
/// A fact that is undone does not hold; if the undoing is undone, it holds again.
public struct CorrectionBook: Sendable {
  /// A correction and its place in the log.
  public struct Entry: Sendable, Hashable {
    public var correction: Correction
    public var position: UInt64
    /// When the fact was received.
    public var publishedAt: Instant

    public init(correction: Correction, position: UInt64, publishedAt: Instant) {
      self.correction = correction
      self.position = position
      self.publishedAt = publishedAt
    }
  }

  /// Every correction, also those that no longer hold.
  public private(set) var entries: [Entry] = []
  /// By the position of a fact: the fact that undoes it, if that holds.
  private var undoneBy: [UInt64: UInt64] = [:]
  /// The places in `entries` of those that name or make a session.
  private var placesOfSession: [SessionID: [Int]] = [:]
  /// The sessions that facts name which hold.
  private var activeSessions: Set<SessionID> = []
  /// The exchanges of meters that hold, by station.
  private var meterExchanges: [String: [MeterExchange]] = [:]
  /// The exchanges of stations that hold, by the new station.
  private var stationExchanges: [String: [StationExchange]] = [:]

  public init() {}

  /// Adds corrections in the order of their log.
  public mutating func add(_ more: some Sequence<Entry>) {
    for entry in more {
      let change = entry.correction.change
      for id in change.sessions + (change.product.map { [$0] } ?? []) {
        placesOfSession[id, default: []].append(entries.count)
      }
      entries.append(entry)
    }
    settle()
  }

  /// A fact can only be undone by a later one, so the last ones are settled first.
  private mutating func settle() {
    undoneBy = [:]
    activeSessions = []
    meterExchanges = [:]
    stationExchanges = [:]
    for entry in entries.reversed() where isActive(entry) {
      switch entry.correction.change {
      case .undo(let position) where position < entry.position:
        undoneBy[position] = entry.position
      case .undo: break
      case .meter(let exchange): meterExchanges[exchange.station, default: []].append(exchange)
      case .station(let exchange): stationExchanges[exchange.new, default: []].append(exchange)
      case .token, .merge, .split, .void:
        activeSessions.formUnion(entry.correction.change.sessions)
      }
    }
  }

  /// The position of the last correction; 0 if there is none.
  public var lastPosition: UInt64 { entries.last?.position ?? 0 }

  /// The correction at `position`; nil if none is there.
  /// - Complexity: O(log n).
  public func entry(at position: UInt64) -> Entry? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].position < position { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].position == position ? entries[low] : nil
  }

  /// The position of the fact that undoes `entry`; nil if it holds.
  public func undoing(_ entry: Entry) -> UInt64? { undoneBy[entry.position] }

  /// Whether the correction holds.
  public func isActive(_ entry: Entry) -> Bool { undoneBy[entry.position] == nil }

  /// The book as it was when `position` was its last fact.
  public func through(_ position: UInt64) -> CorrectionBook {
    var book = CorrectionBook()
    book.add(entries.prefix { $0.position <= position })
    return book
  }
}

// MARK: - What a correction is about

extension CorrectionBook {
  /// Whether a fact that holds corrects this session, as the fold has concluded it.
  public func touches(_ session: Session, stationName: String) -> Bool {
    session.ids.contains { activeSessions.contains($0) }
      || meterExchanges[stationName]?.contains(where: { session.isChanged(by: $0) }) == true
  }

  /// The sessions that facts name or make, also facts that do not hold.
  public var namedSessions: Dictionary<SessionID, [Int]>.Keys { placesOfSession.keys }

  /// The positions of the facts that split sessions, also of those that do not hold: the second parts
  /// are known by them.
  public var splitPositions: [UInt64] {
    entries.filter { $0.correction.change.product != nil }.map(\.position)
  }

  /// The stations of which a meter was exchanged.
  public var stationsWithMeterExchange: [String] { meterExchanges.keys.sorted() }

  /// The exchanges of a station's meters that hold.
  public func meterExchanges(ofStation name: String) -> [MeterExchange] {
    meterExchanges[name] ?? []
  }

  /// The facts that have to do with some sessions, through any number of merges and splits, in the
  /// order of their log; also those that do not hold.
  public func entries(reaching sessions: some Sequence<SessionID>) -> [Entry] {
    var waiting = Array(sessions)
    var seen = Set(waiting)
    var places: Set<Int> = []
    while let id = waiting.popLast() {
      for place in placesOfSession[id] ?? [] where places.insert(place).inserted {
        let change = entries[place].correction.change
        for other in change.sessions + (change.product.map { [$0] } ?? [])
        where seen.insert(other).inserted {
          waiting.append(other)
        }
      }
    }
    return places.sorted().map { entries[$0] }
  }

  /// The name of the station in whose place `name` stood at `instant`, through any number of
  /// exchanges; nil if it took nobody's place.
  public func predecessor(ofStation name: String, at instant: Instant) -> String? {
    var current = name
    var seen: Set<String> = [name]
    while let exchange = stationExchanges[current]?.filter({ $0.at <= instant })
      .max(by: { ($0.at, $0.old) < ($1.at, $1.old) }), seen.insert(exchange.old).inserted
    {
      current = exchange.old
    }
    return current == name ? nil : current
  }

  /// Whether ``predecessor(ofStation:at:)`` is nil at every instant, as for most stations.
  public func hasNoPredecessor(_ name: String) -> Bool { stationExchanges[name] == nil }

  /// Whether a correction changes where stations stand, and with that what sessions cost that it
  /// does not name.
  public func movesStations(_ entry: Entry) -> Bool { stationExchange(behind: entry) != nil }

  /// The exchange of a station that a fact states, undoes, or restores by undoing that; nil for any
  /// other fact.
  public func stationExchange(behind entry: Entry) -> StationExchange? {
    switch entry.correction.change {
    case .station(let exchange): exchange
    // A log may hold an undo of itself or of a later fact: to follow it would never end.
    case .undo(let position) where position < entry.position:
      self.entry(at: position).flatMap { stationExchange(behind: $0) }
    default: nil
    }
  }
}
