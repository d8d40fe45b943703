import Bytes
import Quantities
import TestSupport
import Testing

@testable import EventLog

@Suite struct EventBlockTests {
  /// Records as they would stand in a log, from `first` on.
  private func records(
    _ count: Int, from first: UInt64 = 1, seed: UInt64
  ) -> [(position: UInt64, bytes: [UInt8])] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { index in
      let position = first + UInt64(index)
      let time: Int64 = index.isMultiple(of: 3) ? 7 : .random(in: -1...1 << 60, using: &random)
      let envelope = Envelope(
        position: position, kind: EventKind(rawValue: .random(in: 0...255, using: &random)),
        direction: Direction.allCases[Int.random(in: 0...2, using: &random)],
        flags: RecordFlags(rawValue: .random(in: 0...255, using: &random)),
        station: .random(in: 0...(.max), using: &random),
        receivedAt: instant(time),
        recordedAt: Instant(millisecondsSinceEpoch: .random(in: .min ... .max, using: &random)),
        previousOfStream: .random(in: 0..<position, using: &random),
        source: .random(in: 0...(.max), using: &random),
        salt: Salt(low: random.next(), high: random.next()))
      // Some that get smaller, some that do not, some empty.
      var body = [UInt8](repeating: 7, count: Int.random(in: 0...80, using: &random))
      for _ in 0..<(index % 3) * 8 {
        withUnsafeBytes(of: random.next()) { body.append(contentsOf: $0) }
      }
      return (position, Self.record(envelope, body))
    }
  }

  private static func record(_ envelope: Envelope, _ body: [UInt8]) -> [UInt8] {
    var record = [UInt8](repeating: 0, count: Record.headerBytes + body.count)
    record.withUnsafeMutableBytes { record in
      body.withUnsafeBytes { Record.write(envelope, body: $0, into: record) }
    }
    return record
  }

  private func window(_ records: [(position: UInt64, bytes: [UInt8])]) throws -> BlockWindow {
    var window = BlockWindow()
    for record in records {
      try record.bytes.withUnsafeBytes { try window.append($0, at: record.position) }
    }
    return window
  }

  /// The records that a block gives.
  private func decode(_ block: [UInt8], key: UInt64) throws -> [[UInt8]] {
    let decoded = DecodedBlock()
    let decompressor = try BlockDecompressor()
    return try block.withUnsafeBytes { block in
      try decoded.load(block, key: key, dictionary: nil, with: decompressor)
      try decoded.loadBodies(with: decompressor)
      let positions = try #require(decoded.positions)
      return positions.map { position in
        var record: [UInt8] = []
        let count = decoded.writeRecord(decoded.index(of: position), into: &record)
        return Array(record[..<count])
      }
    }
  }

  @Test(
    "Records of any content come back from a block byte for byte, checksums included",
    arguments: [(1, 1), (300, 2), (77, 3), (1024, 4)] as [(Int, UInt64)])
  func roundTrip(count: Int, seed: UInt64) throws {
    let records = records(count, from: seed == 3 ? .max - 1000 : 1, seed: seed)
    let encoder = try BlockEncoder(dictionary: [])
    try encoder.encode(try window(records), count)
    let last = try #require(records.last)
    let made = try decode(Array(encoder.block), key: last.position)
    #expect(made == records.map(\.bytes), "seed \(seed)")
  }

  @Test("A body of 16 MiB and its empty neighbour come back")
  func greatestBody() throws {
    var envelope = Envelope(
      position: 1, kind: .cdr, direction: .none, flags: .bodyErased, station: 1,
      receivedAt: newYear, recordedAt: newYear, previousOfStream: 0, source: 0,
      salt: Salt(low: 1, high: 2))
    let great = Self.record(envelope, [UInt8](repeating: 7, count: Record.maxBodyBytes))
    envelope.position = 2
    let empty = Self.record(envelope, [])
    let encoder = try BlockEncoder(dictionary: [])
    try encoder.encode(try window([(1, great), (2, empty)]), 2)
    try #expect(decode(Array(encoder.block), key: 2) == [great, empty])
  }

  @Test("Every byte of a block counts, and so does its key")
  func flippedBytes() throws {
    let records = records(20, seed: 5)
    let encoder = try BlockEncoder(dictionary: [])
    try encoder.encode(try window(records), 20)
    var block = Array(encoder.block)
    for index in block.indices {
      block[index] ^= 0x10
      #expect(throws: BlockDamage.self, "byte \(index)") {
        try decode(block, key: 20)
      }
      block[index] ^= 0x10
    }
    #expect(throws: BlockDamage.self) { try decode(block, key: 21) }
    for count in [0, 7, 39, 40, block.count - 1] {
      #expect(throws: BlockDamage.self, "cut to \(count)") {
        try decode(Array(block[..<count]), key: 20)
      }
    }
    try #expect(decode(block, key: 20) == records.map(\.bytes))
  }

  @Test("A damaged record is not packed")
  func damagedRecord() throws {
    var record = records(1, seed: 6)[0]
    record.bytes[50] ^= 1
    #expect(
      ledgerError { _ = try window([record]) } == .damaged(position: 1, reason: .wrongChecksum))
  }

  @Test("Blocks are filled to just below two pages", arguments: [7, 8] as [UInt64])
  func filled(seed: UInt64) throws {
    var window = try window(records(1024, seed: seed))
    let encoder = try BlockEncoder(dictionary: [])
    var sizes: [Int] = []
    while !window.isEmpty {
      window.removeFirst(try encoder.fillBlock(from: window))
      sizes.append(encoder.block.count)
    }
    sizes.removeLast()
    #expect(sizes.count > 3)
    let isFull = sizes.allSatisfy { (7600...EventBlock.targetBytes).contains($0) }
    #expect(isFull, "seed \(seed): \(sizes)")
  }

  @Test("The search for a full block ends with a number that fits, whatever events weigh")
  func search() {
    let weights: [(Int) -> Int] = [
      { $0 }, { 40 + $0 * 60 }, { $0 * 9000 }, { $0 < 200 ? 300 : 50_000 }, { _ in 90 },
      { 8100 + $0 }, { $0 * $0 },
    ]
    for (index, weight) in weights.enumerated() {
      for available in [1, 2, 150, 1024] {
        var search = BlockSearch(available: available, bytesPerEvent: 64)
        var tries = 0
        while let count = search.next {
          search.note(bytes: weight(count), of: count)
          tries += 1
        }
        let isFitting = search.best == 1 || weight(search.best) <= EventBlock.targetBytes
        #expect(isFitting && search.best <= available && tries < 20, "\(index), \(available)")
      }
    }
  }
}
