import Bytes
import EventLog
import Foundation
import Quantities
import TestSupport
import Testing
import Transparency

/// Everything that a ledger holds, byte for byte.
struct LedgerContent: Equatable {
  var uuid: String
  var records: [[UInt8]]
  var stations: [String]
  var sources: [String]
  var streams: [StreamHead?]
  var tree: TreeHead
  var firstAt: String
  var lastAt: String
  var bodyBytes: UInt64

  init(of ledger: Ledger) throws {
    let statistics = try ledger.statistics()
    uuid = ledger.file.uuid
    bodyBytes = statistics.bodyBytes
    firstAt = statistics.firstAt?.rfc3339 ?? ""
    lastAt = statistics.lastAt?.rfc3339 ?? ""
    var records: [[UInt8]] = []
    var sources: [String] = []
    var streams: [StreamHead?] = []
    (stations, tree) = try ledger.read { snapshot in
      for index in 0..<snapshot.head {
        records.append(try #require(try snapshot.evidence(at: index + 1)).record)
      }
      while let name = try snapshot.sourceName(UInt32(sources.count + 1)) { sources.append(name) }
      let stations = try snapshot.stations()
      for id in [0] + stations.map(\.id) { streams.append(try snapshot.streamHead(of: id)) }
      return (stations.map(\.name), try snapshot.treeHead())
    }
    self.records = records
    self.sources = sources
    self.streams = streams
  }
}

/// A ledger, and a place for its backup and for what is restored from it.
struct BackupScene {
  let directory: String
  let ledger: Ledger

  var backup: String { directory + "/backup" }

  /// Runs `body` with a new ledger.
  static func with<R>(
    _ options: Ledger.Options = TestClock().options, _ body: (BackupScene) throws -> R
  ) throws -> R {
    try withTemporaryDirectory { directory in
      let ledger = try Ledger.create(at: directory + "/ledger", options: options)
      return try body(BackupScene(directory: directory, ledger: ledger))
    }
  }

  /// The files of the backup, sorted.
  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: backup).sorted()
  }

  /// What `body` finds in a ledger that is restored from the backup.
  func restored<R>(through last: UInt64? = nil, _ body: (Ledger) throws -> R) throws -> R {
    let path = directory + "/restored"
    try Backup(at: backup).restore(to: path, through: last, options: TestClock().options)
    defer { removeDirectory(path) }
    return try body(try Ledger.open(at: path, options: TestClock().options))
  }

  /// The ledger is now what was restored from the backup, and the one that was is gone.
  static func replacing<R>(
    in directory: String, through last: UInt64, _ body: (BackupScene) throws -> R
  ) throws -> R {
    removeDirectory(directory + "/ledger")
    try Backup(at: directory + "/backup").restore(to: directory + "/ledger", through: last)
    let ledger = try Ledger.open(at: directory + "/ledger", options: TestClock().options)
    return try body(BackupScene(directory: directory, ledger: ledger))
  }
}

extension Ledger {
  /// Appends an event of each kind of name: two stations, a source, the control stream, and a body
  /// without a byte.
  func appendVariety() throws {
    try append(["[2,\"1\",\"Heartbeat\",{}]", "ä"], station: "CP-1")
    try append { batch in
      let station = try batch.stationID(named: "Säule 2")
      let source = try batch.sourceID(named: "a.ndjson")
      try batch.append(
        NewEvent(
          kind: .ocpp201, station: station, direction: .toStation, receivedAt: instant(-9),
          source: source, flags: .rebuiltFromPayload),
        body: "")
      try batch.append(NewEvent(kind: .tick, receivedAt: instant(50)), body: "")
      // Names that no event uses are the ledger's, too.
      _ = try batch.stationID(named: "never used")
      _ = try batch.sourceID(named: "never.read")
    }
  }

  /// Appends a body of `bytes` equal bytes, which compress to almost nothing.
  func append(bodyBytes bytes: Int) throws {
    try append { batch in
      let body = [UInt8](repeating: UInt8(ascii: "a"), count: bytes)
      try body.withUnsafeBytes {
        _ = try batch.append(NewEvent(kind: .tableRow, receivedAt: newYear), body: $0)
      }
    }
  }
}

/// The error of `body`, if it is a backup's.
func backupError(_ body: () throws -> Void) -> BackupError? {
  do { try body() } catch { return error as? BackupError }
  return nil
}

func contents(of path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }
