import EventLog
import Quantities

/// Finds the records of a file that the log holds already, exactly and at any age (SEMANTICS 7).
///
/// Records are the same if station, received-at, direction and body are, and both are frames or of
/// one kind: what a file says of the OCPP version does not make a frame another one. Both sides are
/// multisets: a record of the log stands for one record of the file, so the k-th copy in the file
/// meets the k-th in the log. What this import has appended does not count, so equal records inside
/// one file all stay.
struct RepetitionFilter {
  /// What the log knows of a station of the file.
  private struct KnownStation {
    var greatestReceivedAt: Instant
  }

  private let ledger: Ledger
  /// What lies behind it does not count, whoever appended it.
  private var head: UInt64
  /// What this import has appended.
  private var own = PositionRanges()
  /// By the file's number of the station; nil if the log does not know it.
  private var stations: [KnownStation?] = []
  private var fileNumbers: [UInt32: Int] = [:]
  private var index: LogTimeIndex?
  /// The records of the log that stand for a record of the file by now.
  private var taken = PositionSet()
  /// From the hash of a record to the first of the chunk's entries with that hash; `next` leads on.
  private var first: [Int: Int] = [:]
  private var next: [Int] = []

  init(_ ledger: Ledger) throws {
    self.ledger = ledger
    head = try ledger.head()
  }

  /// Leaves out what this import has appended itself: positions behind all others so far.
  mutating func ignore(_ positions: ClosedRange<UInt64>) { own.append(positions) }

  /// Counts what others have appended since the last time. Without that costs nothing.
  mutating func noteOthers(names: [String]) throws {
    let newHead = try ledger.head()
    guard newHead > head else { return }
    let isAllOwn = own.ranges.last.map { $0.lowerBound <= head + 1 && $0.upperBound == newHead }
    if isAllOwn != true {
      stations.removeAll(keepingCapacity: true)
      fileNumbers.removeAll(keepingCapacity: true)
      try lookUp(names)
      try index?.extend(ledger, through: newHead)
    }
    head = newHead
  }

  /// Marks the entries of `chunk` that the log holds.
  mutating func mark(_ chunk: inout ImportChunk, names: [String]) throws {
    guard head > 0 else { return }
    try lookUp(names)
    guard let times = collectCandidates(chunk) else { return }
    if index == nil { index = try LogTimeIndex(ledger, head: head) }
    var remaining = next.count { $0 != Self.notACandidate }
    for range in index?.positions(receivedIn: times) ?? [] {
      try ledger.scan(from: range.lowerBound, through: range.upperBound) { envelope, body in
        if times.contains(envelope.receivedAt), take(envelope, body, &chunk) { remaining -= 1 }
        return remaining > 0
      }
      if remaining == 0 { return }
    }
  }

  /// Learns which of the stations that came up since the last chunk are in the log.
  private mutating func lookUp(_ names: [String]) throws {
    guard names.count > stations.count else { return }
    let known = stations.count
    let found = try ledger.read { snapshot in
      try names[known...].map { name -> (id: UInt32, station: KnownStation)? in
        guard let id = try snapshot.stationID(named: name),
          let stream = try snapshot.streamHead(of: id)
        else { return nil }
        return (id, KnownStation(greatestReceivedAt: stream.greatestReceivedAt))
      }
    }
    for station in found {
      if let station { fileNumbers[station.id] = stations.count }
      stations.append(station?.station)
    }
  }

  private static let notACandidate = -2
  private static let endOfChain = -1

  /// Files the entries that can be in the log under their hashes. Returns the times between which
  /// they lie; nil if there are none, which is usual for news.
  private mutating func collectCandidates(_ chunk: borrowing ImportChunk) -> ClosedRange<Instant>? {
    first.removeAll(keepingCapacity: true)
    next.removeAll(keepingCapacity: true)
    next.append(contentsOf: repeatElement(Self.notACandidate, count: chunk.entries.count))
    var times: ClosedRange<Instant>?
    // Backwards, so that a chain begins with the first entry of the file.
    for number in chunk.entries.indices.reversed() {
      let entry = chunk.entries[number]
      guard let station = stations[entry.station],
        entry.receivedAt <= station.greatestReceivedAt
      else { continue }
      let hash = Self.hash(
        station: entry.station, entry.receivedAt, entry.direction, entry.kind,
        chunk.body(of: entry))
      next[number] = first.updateValue(number, forKey: hash) ?? Self.endOfChain
      times = Self.range(times, including: entry.receivedAt)
    }
    return times
  }

  /// Takes a record of the log for the first entry that equals it. False if there is none, or the
  /// record was taken before.
  private mutating func take(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer, _ chunk: inout ImportChunk
  ) -> Bool {
    guard let station = fileNumbers[envelope.station] else { return false }
    let hash = Self.hash(
      station: station, envelope.receivedAt, envelope.direction, envelope.kind, body)
    var previous = Self.endOfChain
    var number = first[hash] ?? Self.endOfChain
    while number != Self.endOfChain {
      let entry = chunk.entries[number]
      if entry.station == station, entry.receivedAt == envelope.receivedAt,
        entry.direction == envelope.direction,
        Self.comparable(entry.kind) == Self.comparable(envelope.kind),
        chunk.body(of: entry).isEqual(to: body)
      {
        guard !taken.contains(envelope.position), !own.contains(envelope.position) else {
          return false
        }
        taken.insert(envelope.position)
        chunk.entries[number].isInLog = true
        unlink(number, after: previous, hash: hash)
        return true
      }
      previous = number
      number = next[number]
    }
    return false
  }

  /// Takes an entry out of its chain, so that many equal ones cost no search.
  private mutating func unlink(_ number: Int, after previous: Int, hash: Int) {
    if previous != Self.endOfChain {
      next[previous] = next[number]
    } else if next[number] == Self.endOfChain {
      first.removeValue(forKey: hash)
    } else {
      first[hash] = next[number]
    }
  }

  private static func range(
    _ range: ClosedRange<Instant>?, including time: Instant
  ) -> ClosedRange<Instant> {
    guard let range else { return time...time }
    return min(range.lowerBound, time)...max(range.upperBound, time)
  }

  private static func hash(
    station: Int, _ receivedAt: Instant, _ direction: Direction, _ kind: EventKind,
    _ body: UnsafeRawBufferPointer
  ) -> Int {
    var hasher = Hasher()
    hasher.combine(station)
    hasher.combine(receivedAt)
    hasher.combine(direction.rawValue)
    hasher.combine(comparable(kind))
    hasher.combine(bytes: body)
    return hasher.finalize()
  }

  /// The kind, with one for frames of all versions: a CSV log does not tell the version that the
  /// trace of the same recording does.
  private static func comparable(_ kind: EventKind) -> EventKind {
    kind.isOCPPFrame ? .ocppUnknown : kind
  }
}
