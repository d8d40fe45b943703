import Bytes
import EventLog
import LMDB
import Quantities
import TestSupport
import Testing
import Transparency

/// A ledger of `count` events of three stations and the control stream, in batches of many sizes.
private func withFilledLedger(
  _ count: Int, seed: UInt64 = 7, _ body: (Ledger) throws -> Void
) throws {
  try withLedger { ledger in
    var random = SplitMix64(seed: seed)
    var appended = 0
    while appended < count {
      let size = min(Int.random(in: 1...90, using: &random), count - appended)
      try ledger.append { batch in
        for _ in 0..<size {
          let number = Int.random(in: 0...3, using: &random)
          let station = number == 0 ? 0 : try batch.stationID(named: "CP-\(number)")
          try batch.append(
            NewEvent(
              kind: number == 0 ? .tick : .ocpp16, station: station,
              direction: number == 0 ? .none : .fromStation, receivedAt: instant(Int64(appended))),
            body: number == 0 ? "" : "frame \(appended)")
          appended += 1
        }
      }
    }
    try body(ledger)
  }
}

/// All leaves of a ledger, by way of the evidence that third parties get.
private func leaves(of ledger: Ledger) throws -> [SHA256Digest] {
  try ledger.read { snapshot in
    var leaves: [SHA256Digest] = []
    for position in 1...snapshot.head {
      leaves.append(try #require(try snapshot.evidence(at: position)).leaf)
    }
    return leaves
  }
}

@Suite("The tree of the log")
struct LogTreeTests {
  @Test("The root is that of the leaves, whatever the batches were", arguments: [1, 255, 256, 700])
  func root(count: Int) throws {
    try withFilledLedger(count) { ledger in
      let hasher = TreeHasher()
      var frontier = MerkleFrontier()
      for leaf in try leaves(of: ledger) { frontier.append(leaf, with: hasher) }
      let head = try ledger.read { try $0.treeHead() }
      #expect(head == frontier.head(with: hasher))
      #expect(head.size == UInt64(count))
      try #expect(ledger.verifyTree() == head)
    }
  }

  @Test(
    "Large batches, which two threads hash, have the same tree as their leaves", arguments: [1, 2])
  func largeBatches(seed: UInt64) throws {
    try withLedger { ledger in
      var random = SplitMix64(seed: seed)
      let large = [UInt8](repeating: 7, count: 40_000)
      for batchSize in [63, 3000, 1, 2222] {
        try ledger.append { batch in
          let station = try batch.stationID(named: "CP-\(batchSize)")
          for index in 0..<batchSize {
            let size = Int.random(in: 0...600, using: &random)
            let body = index.isMultiple(of: 500) ? large[...] : large.prefix(size)
            _ = try body.withUnsafeBytes {
              try batch.append(
                NewEvent(kind: .ocpp16, station: station, receivedAt: newYear), body: $0)
            }
          }
        }
      }
      let hasher = TreeHasher()
      var frontier = MerkleFrontier()
      for leaf in try leaves(of: ledger) { frontier.append(leaf, with: hasher) }
      try #expect(ledger.read { try $0.treeHead() } == frontier.head(with: hasher))
      try #expect(ledger.verifyTree().size == 5286)
    }
  }

  @Test("A batch that is given up in the middle leaves nothing in the tree of the next one")
  func givenUp() throws {
    struct GivenUp: Error {}
    try withLedger { ledger in
      try ledger.append(["first"])
      #expect(throws: GivenUp.self) {
        try ledger.append { batch in
          let station = try batch.stationID(named: "CP-gone")
          for index in 0..<2000 {
            try batch.append(
              NewEvent(kind: .ocpp16, station: station, receivedAt: newYear), body: "\(index)")
          }
          throw GivenUp()
        }
      }
      try ledger.append((0..<1500).map { "frame \($0)" }, station: "CP-2")
      try #expect(ledger.verifyTree().size == 1501)
    }
  }

  @Test("An empty log has the empty tree")
  func empty() throws {
    try withLedger { ledger in
      try #expect(ledger.verifyTree() == .empty)
      try ledger.read { snapshot in
        try #expect(snapshot.evidence(at: 1) == nil)
        #expect(throws: ProofError.self) {
          try snapshot.inclusionProof(ofPosition: 1, inTreeOf: 0)
        }
      }
    }
  }

  @Test(
    "Proofs from the ledger hold for trees of all shapes, before and after groups are full",
    arguments: [1, 2, 255, 256, 257, 511, 512, 513, 1025] as [UInt64])
  func proofs(size: UInt64) throws {
    try withFilledLedger(1100) { ledger in
      let hasher = TreeHasher()
      try ledger.read { snapshot in
        let head = try snapshot.treeHead(ofSize: size)
        for position in Set([1, size / 3, size / 2, size - 1, size]) where position > 0 {
          let leaf = try #require(try snapshot.evidence(at: position)).leaf
          let proof = try snapshot.inclusionProof(ofPosition: position, inTreeOf: size)
          try MerkleProof.verifyInclusion(
            of: leaf, at: position - 1, in: head, proof: proof, with: hasher)
        }
        let now = try snapshot.treeHead()
        let proof = try snapshot.consistencyProof(fromTreeOf: size, toTreeOf: 1100)
        try MerkleProof.verifyConsistency(from: head, to: now, proof: proof, with: hasher)
      }
    }
  }

  @Test("What is asked beyond the log is refused, not a crash")
  func beyond() throws {
    try withFilledLedger(5) { ledger in
      try ledger.read { snapshot in
        for (position, size) in [(0, 5), (6, 5), (1, 6), (.max, 5), (1, .max)] as [(UInt64, UInt64)]
        {
          #expect(throws: ProofError.self) {
            try snapshot.inclusionProof(ofPosition: position, inTreeOf: size)
          }
        }
        for (old, size) in [(6, 5), (0, 6), (5, .max)] as [(UInt64, UInt64)] {
          #expect(throws: ProofError.self) {
            try snapshot.consistencyProof(fromTreeOf: old, toTreeOf: size)
          }
        }
        try #expect(snapshot.evidence(at: 6) == nil)
      }
    }
  }

  @Test("A batch that fails leaves the tree as it was, and a name it gave is not remembered")
  func failedBatch() throws {
    struct Refusal: Error {}
    try withLedger { ledger in
      try ledger.append(["a"], station: "CP-1")
      let before = try ledger.read { try $0.treeHead() }
      #expect(throws: Refusal.self) {
        try ledger.append { batch in
          let station = try batch.stationID(named: "CP-2")
          try batch.append(
            NewEvent(kind: .ocpp16, station: station, receivedAt: newYear), body: "lost")
          throw Refusal()
        }
      }
      try #expect(ledger.read { try $0.treeHead() } == before)
      try ledger.append(["b"], station: "CP-3")
      try #expect(ledger.verifyTree().size == 2)
    }
  }

  @Test("Evidence survives its encoding, says what the log says, and changes with every bit")
  func evidence() throws {
    try withLedger { ledger in
      try ledger.append(["[2,\"1\",\"Heartbeat\",{}]"], station: "Säule 1")
      try ledger.read { snapshot in
        let evidence = try #require(try snapshot.evidence(at: 1))
        #expect(EventEvidence(decoding: evidence.encoded) == evidence)
        #expect(evidence.stationName == "Säule 1")
        #expect(String(decoding: evidence.body, as: UTF8.self) == "[2,\"1\",\"Heartbeat\",{}]")
        try #expect(evidence.envelope(at: 1) == snapshot.envelope(at: 1))
        #expect(evidence.treeEntry.count == 104)
        for bit in 0..<(evidence.encoded.count * 8) {
          var changed = evidence.encoded
          changed[bit / 8] ^= 1 << UInt8(bit % 8)
          // The checksum is not a part of what happened.
          let isChecksum = (36..<40).contains(
            bit / 8 - evidence.encoded.count + evidence.record.count)
          let leaf = EventEvidence(decoding: changed)?.leaf
          #expect((leaf == evidence.leaf) == isChecksum, "bit \(bit)")
        }
      }
      for wrong in [[], [0], [5, 65], Array(repeating: 0xff, count: 99)] as [[UInt8]] {
        #expect(EventEvidence(decoding: wrong) == nil)
      }
    }
  }

  @Test("Erasing a body together with its salt changes no leaf")
  func erased() throws {
    try withLedger { ledger in
      try ledger.append(["personal"], station: "CP-1")
      let evidence = try #require(try ledger.read { try $0.evidence(at: 1) })
      var record = evidence.record
      let commitment = record[40...].withUnsafeBytes { SHA256Hasher.digest(of: $0) }
      record[3] |= 1 << 1
      for offset in 40..<56 { record[offset] = 0 }
      record.replaceSubrange(56..., with: commitment.withUnsafeBytes { Array($0) })
      let name = Array(evidence.encoded.prefix(1 + evidence.stationName.utf8.count))
      let erased = try #require(EventEvidence(decoding: name + record))
      #expect(erased.leaf == evidence.leaf)
      #expect(erased.record != evidence.record)
    }
  }
}

@Suite("Tampering")
struct TamperingTests {
  /// Changes rows of a closed ledger behind its back.
  private func tamper(
    with path: String, table: String, key: [UInt8], _ change: (inout [UInt8]) -> Void
  ) throws {
    let environment = try Environment(path: path + "/log")
    let database = try environment.openDatabase(table)
    try environment.write { transaction in
      try key.withUnsafeBytes { key in
        var value = Array(try #require(try transaction.value(of: key, in: database)))
        change(&value)
        try value.withUnsafeBytes { try transaction.put(key, $0, in: database) }
      }
    }
  }

  private func key(_ position: UInt64) -> [UInt8] {
    withUnsafeBytes(of: position.bigEndian) { Array($0) }
  }

  /// A ledger of 300 events in which `change` has been made behind its back.
  private func tampered(
    in directory: String, table: String, key: [UInt8], _ change: (inout [UInt8]) -> Void
  ) throws -> Ledger {
    let path = directory + "/ledger"
    try {
      let ledger = try Ledger.create(at: path)
      try ledger.append((0..<300).map { "frame \($0)" }, station: "CP-1")
    }()
    try tamper(with: path, table: table, key: key, change)
    return try Ledger.open(at: path)
  }

  @Test(
    "A record that was changed with its checksum is found, to the group of 256",
    arguments: [(3, 1, 256), (299, 257, 300)] as [(UInt64, UInt64, UInt64)])
  func changedRecord(position: UInt64, first: UInt64, last: UInt64) throws {
    let change = { (record: inout [UInt8]) in
      record[60] ^= 1
      var covered = self.key(position) + record
      for offset in 44..<48 { covered[offset] = 0 }
      let checksum = covered.withUnsafeBytes { CRC32C.checksum($0) }
      withUnsafeBytes(of: checksum.littleEndian) { record.replaceSubrange(36..<40, with: $0) }
    }
    try withTemporaryDirectory { directory in
      let ledger = try tampered(in: directory, table: "events", key: key(position), change)
      try #expect(ledger.bodies().count == 300)
      #expect(throws: LedgerError.changed(from: first, through: last)) {
        try ledger.verifyTree()
      }
    }
  }

  @Test("A station that was given another name is found")
  func renamedStation() throws {
    try withTemporaryDirectory { directory in
      let ledger = try tampered(in: directory, table: "stations", key: [0, 0, 0, 1]) {
        $0 = Array("CP-9".utf8)
      }
      #expect(throws: LedgerError.changed(from: 1, through: 256)) { try ledger.verifyTree() }
    }
  }

  @Test("A changed row of the tree is found")
  func changedRow() throws {
    try withTemporaryDirectory { directory in
      let ledger = try tampered(in: directory, table: "tree", key: key(0)) { $0[5] ^= 1 }
      #expect(throws: LedgerError.changed(from: 1, through: 256)) { try ledger.verifyTree() }
    }
  }

  @Test("A changed frontier is found, and one of another size stops appends")
  func changedFrontier() throws {
    let row = Array("tree".utf8)
    try withTemporaryDirectory { directory in
      let ledger = try tampered(in: directory, table: "meta", key: row) { $0[9] ^= 1 }
      #expect(throws: LedgerError.changed(from: 257, through: 300)) { try ledger.verifyTree() }
    }
    try withTemporaryDirectory { directory in
      let ledger = try tampered(in: directory, table: "meta", key: row) { $0[0] ^= 1 }
      #expect(throws: LedgerError.damagedTable(name: "meta")) {
        try ledger.append(["more"], station: "CP-1")
      }
    }
  }
}
