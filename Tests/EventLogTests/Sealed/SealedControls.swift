import Foundation
import LMDB
import Quantities
import TestSupport
import Testing

@testable import EventLog

/// Everything that can be asked of a log, as hashes: two logs that answer alike have equal ones.
struct Answers: Hashable {
  var events = 0
  var records = 0
  var envelopes = 0
  var streams = 0
  var single = 0
  var times: [UInt64?] = []

  init(_ snapshot: borrowing LogSnapshot) throws {
    events = try Self.hash { combine in
      try snapshot.forEachEvent {
        combine($0, $1)
        return true
      }
      let middle = snapshot.head / 3
      try snapshot.forEachEvent(from: middle, through: 2 * middle, where: { $0.station % 3 == 1 }) {
        combine($0, $1)
        return true
      }
    }
    records = try Self.hash { combine in
      try snapshot.forEachRecord(from: 2, through: .max) { record, _ in
        combine(nil, record)
        return true
      }
    }
    envelopes = try Self.hash { combine in
      try snapshot.forEachEnvelope(from: 3) {
        combine($0, nil)
        return true
      }
    }
    streams = try Self.streams(snapshot)
    single = try Self.hash { combine in
      for position in stride(from: 1 as UInt64, through: snapshot.head + 1, by: 61) {
        combine(try snapshot.envelope(at: position), try snapshot.event(at: position)?.body)
      }
    }
    times = try stride(from: -500 as Int64, through: 15_000, by: 250).map {
      try snapshot.firstPosition(recordedAtOrAfter: instant($0))
    }
  }

  private static func streams(_ snapshot: borrowing LogSnapshot) throws -> Int {
    try hash { combine in
      for station in 0...5 as ClosedRange<UInt32> {
        try snapshot.forEachEventBackwards(ofStream: station) {
          combine($0, $1)
          return true
        }
        try snapshot.forEachEvent(ofStream: station, from: 100) {
          combine($0, $1)
          return $0.position < 5000
        }
      }
    }
  }

  private static func hash(
    _ body: ((Envelope?, UnsafeRawBufferPointer?) -> Void) throws -> Void
  ) throws -> Int {
    var hasher = Hasher()
    try body { envelope, bytes in
      hasher.combine(envelope)
      if let bytes { hasher.combine(bytes: bytes) }
    }
    return hasher.finalize()
  }
}

extension Ledger {
  func answers() throws -> Answers { try read { try Answers($0) } }

  /// Appends events of five stations and the control stream, from a seed: short frames mostly, some
  /// bodies empty and some of several pages, every kind and flag. A thousand share a recorded-at.
  func fill(_ count: Int, seed: UInt64, clock: TestClock) throws {
    var random = SplitMix64(seed: seed)
    let kinds: [EventKind] = [
      .ocpp16, .ocpp201, .ocpp21, .ocppUnknown, .siteFact, .tariffFact, .tokenFact, .repriceFact,
      .tick, .cdr, .tableRow, EventKind(rawValue: 200),
    ]
    for start in stride(from: 0, to: count, by: 1000) {
      clock.set(Int64(start))
      try append { batch in
        let stations = try (1...5).map { try batch.stationID(named: "CP-\($0)") }
        let source = try batch.sourceID(named: "seed-\(seed)")
        for index in start..<min(start + 1000, count) {
          let station = Int.random(in: 0...5, using: &random)
          let event = NewEvent(
            kind: kinds.randomElement(using: &random) ?? .tick,
            station: station == 0 ? 0 : stations[station - 1],
            direction: Direction.allCases.randomElement(using: &random) ?? .none,
            receivedAt: instant(Int64.random(in: -100_000...100_000, using: &random)),
            source: Bool.random(using: &random) ? source : 0,
            flags: index.isMultiple(of: 50) ? .rebuiltFromPayload : [])
          try batch.append(event, body: Self.body(index, &random))
        }
      }
    }
  }

  private static func body(_ index: Int, _ random: inout SplitMix64) -> String {
    switch index % 97 {
    case 0: ""
    case 1: String(repeating: "\(index) is long. ", count: 500)
    default:
      "[2,\"\(random.next())\",\"MeterValues\",{\"connectorId\":1,\"value\":\"\(index)\"}]"
    }
  }
}

extension SealOptions {
  /// Leaves as little out as there may be.
  static let all = SealOptions(keepHotEvents: 0)
  /// The same, in segments of 4,096 events.
  static let small = SealOptions(keepHotEvents: 0, segmentEvents: 4096)
}

/// Sealing was told to stop.
struct Stopped: Error {}

extension Ledger {
  /// Seals, and calls `step` after each step.
  func sealInSteps(
    _ options: SealOptions, afterEach step: @escaping (SealStep) throws -> Void
  ) throws {
    try seal(options, progress: { _ in }, step: step)
  }

  /// Seals, and gives up the first time that `step` is done.
  func seal(_ options: SealOptions, stoppingAfter step: SealStep) throws {
    try sealInSteps(options) { if $0 == step { throw Stopped() } }
  }
}

/// The blocks of a ledger's first segment with their keys, as another program would read them.
func storedBlocks(_ ledger: String) throws -> [(key: UInt64, block: Data)] {
  let environment = try Environment(
    path: ledger + "/segments/00000000000000000001",
    options: .init(access: .immutable, mapBytes: 4096))
  let table = try environment.openDatabase("blocks")
  var blocks: [(UInt64, Data)] = []
  try environment.read { transaction in
    try transaction.forEach(in: table) { entry in
      blocks.append((Record.position(ofKey: entry.key) ?? 0, Data(entry.value)))
      return true
    }
  }
  return blocks
}

/// The names in a ledger's directory of segments.
func segmentNames(_ ledger: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: ledger + "/segments").sorted()
}

/// A ledger with 4,096 sealed events and more behind them, that is closed.
func withSealedLedger(_ body: (String) throws -> Void) throws {
  try withTemporaryDirectory { directory in
    let path = directory + "/ledger"
    let clock = TestClock()
    do {
      let ledger = try Ledger.create(at: path, options: clock.options)
      try ledger.fill(9000, seed: 1, clock: clock)
      try ledger.seal(.all)
    }
    try body(path)
  }
}

/// Changes a value in the file of a ledger's first segment.
func replace(_ value: Data, in path: String, _ change: (inout Data) -> Void) throws {
  let file = URL(filePath: path + "/segments/00000000000000000001/data.mdb")
  var bytes = try Data(contentsOf: file)
  let place = try #require(bytes.range(of: value))
  var changed = value
  change(&changed)
  bytes.replaceSubrange(place, with: changed)
  try bytes.write(to: file)
}
