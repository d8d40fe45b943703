import EventLog
import Quantities

/// Events with bodies of 256 bytes from a hundred stations that take turns: what logs are filled
/// with whose content does not matter.
struct EventSource {
  static let bodyBytes = 256
  static let stations = 100
  /// One millisecond before the first event is received.
  private static let epoch: Int64 = 1_735_689_600_000

  let body = [UInt8](repeating: UInt8(ascii: "x"), count: bodyBytes)

  /// The station of an event, by its number from 0.
  static func station(of number: Int) -> UInt32 { UInt32(number % stations) + 1 }

  /// An event by its number from 0.
  static func event(_ number: Int) -> NewEvent {
    NewEvent(
      kind: .ocpp16, station: station(of: number), direction: .fromStation,
      receivedAt: Instant(millisecondsSinceEpoch: epoch + Int64(number) + 1))
  }

  /// An empty ledger that knows the stations.
  static func makeLedger(at path: String, options: Ledger.Options = .init()) throws -> Ledger {
    let ledger = try Ledger.create(at: path, options: options)
    try ledger.append { batch in
      for station in 1...stations { _ = try batch.stationID(named: "CP-\(station)") }
    }
    return ledger
  }

  /// Adds an event to a batch that is made ready.
  func add(_ number: Int, id: EventID? = nil, to events: inout EventBatch) throws {
    try body.withUnsafeBytes { try events.add(Self.event(number), body: $0, id: id) }
  }

  /// Appends events of these numbers, `batch` in each durable commit.
  func append(_ numbers: Range<Int>, batch: Int, to ledger: Ledger) throws {
    try body.withUnsafeBytes { body in
      var next = numbers.lowerBound
      while next < numbers.upperBound {
        let end = min(next + batch, numbers.upperBound)
        try ledger.append { batch in
          while next < end {
            try batch.append(Self.event(next), body: body)
            next += 1
          }
        }
      }
    }
  }
}
