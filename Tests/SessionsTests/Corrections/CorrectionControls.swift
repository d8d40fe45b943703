import ChargerEvents

@testable import Sessions

/// Sessions, the facts about them, and what comes of both.
struct Corrected {
  var concluded: [Session]
  var book = CorrectionBook()
  var position: UInt64 = 1_000

  init(_ concluded: [Session]) { self.concluded = concluded }

  /// Adds a fact and returns its position.
  @discardableResult
  mutating func add(_ change: Correction.Change) -> UInt64 {
    position += 1
    let fact = Correction(change, reason: "a test", author: "me")
    book.add([.init(correction: fact, position: position, publishedAt: time(1_000_000))])
    return position
  }

  var result: CorrectedSessions {
    CorrectedSessions(concluded, stationName: "CP-7", book: book)
  }

  var sessions: [Session] { result.sessions.values.sorted { $0.isOlder(than: $1) } }
}

/// Two visits of an hour with 10 kWh each, charging at even power for 40 minutes, ten hours apart.
func twoVisits() -> [Session] {
  var entries: [Entry] = []
  for (visit, begin) in [Int64(0), 36_000].enumerated() {
    let id = Int64(visit + 1)
    let base = 100_000 + 10_000 * Int64(visit)
    entries += [
      Entry(begin, .start(token: "TAG-\(id)", at: begin, meter: base, message: "s\(id)")),
      Entry(begin + 1, .answer(id: id, message: "s\(id)")),
      Entry(begin + 2, .status(.charging, at: begin)),
      Entry(begin + 1_200, .meter(id: id, [register(base + 5_000, at: begin + 1_200)])),
      Entry(begin + 2_400, .meter(id: id, [register(base + 10_000, at: begin + 2_400)])),
      Entry(begin + 2_400, .status(.suspendedEV, at: begin + 2_400)),
      Entry(
        begin + 3_600, .stop(id: id, at: begin + 3_600, meter: base + 10_000, reason: "Local")),
    ]
  }
  return StationRun(entries).sessions
}
