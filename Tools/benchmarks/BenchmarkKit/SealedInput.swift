import EventLog
import FleetSimulator
import Quantities

/// Events to be sealed, the same for both sides of a comparison.
struct SealedInput {
  /// `fleet` or `meter_values`.
  let name: String
  let title: String
  /// Appends as many events as are asked for.
  let fill: (Ledger, _ events: Int) throws -> Void

  private static let epoch: Int64 = 1_735_689_600_000
  private static let eventsPerBatch = 4096

  /// The events of another log, over and over.
  static func copy(of source: Ledger) -> SealedInput {
    SealedInput(name: "fleet", title: "events of the fleet") { ledger, events in
      try ledger.append { batch in
        for station in try source.read({ try $0.stations() }) {
          _ = try batch.stationID(named: station.name)
        }
      }
      var done = 0
      var next: UInt64 = 1
      while done < events {
        let end = min(done + eventsPerBatch, events)
        try ledger.append { batch in
          try source.read { snapshot in
            try snapshot.forEachEvent(from: next) { envelope, body in
              let event = NewEvent(
                kind: envelope.kind, station: envelope.station, direction: envelope.direction,
                receivedAt: envelope.receivedAt, flags: envelope.flags)
              try batch.append(event, body: body)
              next = envelope.position == snapshot.head ? 1 : envelope.position + 1
              done += 1
              return done < end && next > 1
            }
          }
        }
      }
    }
  }

  /// MeterValues of 315 bytes from 2,000 stations with random readings and message ids.
  static func meterValues(seed: UInt64) -> SealedInput {
    SealedInput(name: "meter_values", title: "meter values of 315 bytes") { ledger, events in
      var random = SeededGenerator(seed: seed)
      var body: [UInt8] = []
      var done = 0
      while done < events {
        let end = min(done + eventsPerBatch, events)
        try ledger.append { batch in
          while done < end {
            let station = Int(random.next() % 2000)
            let time = Instant(millisecondsSinceEpoch: epoch + Int64(done) * 30)
            let event = NewEvent(
              kind: .ocpp16, station: try batch.stationID(named: "CP-\(station)"),
              direction: .fromStation, receivedAt: time)
            writeFrame(into: &body, station, time, &random)
            try body.withUnsafeBytes { _ = try batch.append(event, body: $0) }
            done += 1
          }
        }
      }
    }
  }

  /// Filled up to 315 bytes behind the frame, as readings differ in their digits.
  private static func writeFrame(
    into body: inout [UInt8], _ station: Int, _ time: Instant, _ random: inout SeededGenerator
  ) {
    let id = String(random.next(), radix: 16) + "-" + String(random.next(), radix: 16)
    let energy = 100_000 + station * 401 + Int(random.next() % 5000)
    let frame = """
      [2,"\(id)","MeterValues",{"connectorId":1,"transactionId":\(100_000 + station),\
      "meterValue":[{"timestamp":"\(time.rfc3339)","sampledValue":[{"value":"\(energy)",\
      "measurand":"Energy.Active.Import.Register","unit":"Wh"},\
      {"value":"\(random.next() % 11_000)","measurand":"Power.Active.Import","unit":"W"}]}]}]
      """
    body.removeAll(keepingCapacity: true)
    body.append(contentsOf: frame.utf8)
    while body.count < 315 { body.append(UInt8(ascii: " ")) }
  }
}

/// xorshift64*: enough for digits that do not repeat.
struct SeededGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed | 1 }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
