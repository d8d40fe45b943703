import EventLog
import Foundation
import Quantities

@testable import Projections

/// A log as `wattledger log show` prints it, from `Tests/Fixtures/histories`: a line an event, with its
/// envelope and its body.
struct RecordedHistory {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fixtures/histories").standardizedFileURL

  /// All histories that are kept.
  static var names: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { !$0.contains(".md") }.sorted()
    }
  }

  let name: String

  /// Appends the events of the history to an empty ledger, at the positions and times of then.
  func load(into control: TestLedger) throws {
    var events = try lines().map { try Event.decoder.decode(Event.self, from: Data($0)) }[...]
    // What was recorded at one time goes into one commit: each is synced.
    while let time = events.first?.recordedAt.instant {
      let batch = events.prefix { $0.recordedAt.instant == time }
      events = events.dropFirst(batch.count)
      control.clock.set(time)
      try control.ledger.append { appending in
        for event in batch { try event.append(to: &appending) }
      }
    }
  }

  private func lines() throws -> [Data.SubSequence] {
    let zstd = Process()
    zstd.executableURL = URL(filePath: "/usr/bin/env")
    zstd.arguments = ["zstd", "-dcq", Self.folder.path + "/\(name)/events.jsonl.zst"]
    let output = Pipe()
    zstd.standardOutput = output
    try zstd.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    zstd.waitUntilExit()
    guard zstd.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
    return text.split(separator: UInt8(ascii: "\n"))
  }
}

extension RecordedHistory {
  private struct Time: Decodable {
    let instant: Instant

    init(from decoder: any Decoder) throws {
      let text = try decoder.singleValueContainer().decode(String.self)
      guard let instant = Instant(rfc3339: text) else { throw CocoaError(.coderReadCorrupt) }
      self.instant = instant
    }
  }

  /// A line, see `Schemas/event.schema.json`.
  private struct Event: Decodable {
    let position: UInt64
    let kind: String
    let station: String?
    let direction: String?
    let receivedAt: Time
    let recordedAt: Time
    let rebuiltFromPayload: Bool
    let body: String?
    let bodyBase64: Data?

    static let decoder: JSONDecoder = {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return decoder
    }()

    var bytes: Data { bodyBase64 ?? Data((body ?? "").utf8) }

    var way: Direction {
      switch direction {
      case "from_station": .fromStation
      case "to_station": .toStation
      default: .none
      }
    }

    private static let kinds: [String: EventKind] = [
      "ocpp1.6": .ocpp16, "ocpp2.0.1": .ocpp201, "ocpp2.1": .ocpp21, "ocpp": .ocppUnknown,
      "site": .siteFact, "tariff": .tariffFact, "token": .tokenFact, "reprice": .repriceFact,
      "correction": .correctionFact, "tick": .tick, "cdr": .cdr, "table_row": .tableRow,
      "ocpi_session": .ocpiSession, "table_map": .tableMap,
    ]

    func append(to batch: inout AppendBatch) throws {
      guard let kind = Self.kinds[kind] else { throw CocoaError(.coderReadCorrupt) }
      let event = NewEvent(
        kind: kind, station: try station.map { try batch.stationID(named: $0) } ?? 0,
        direction: way, receivedAt: receivedAt.instant,
        flags: rebuiltFromPayload ? .rebuiltFromPayload : [])
      let position = try bytes.withUnsafeBytes { try batch.append(event, body: $0) }
      guard position == self.position else {
        throw UnexpectedCount(found: Int(position), expected: Int(self.position))
      }
    }
  }
}
