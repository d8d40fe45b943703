import Bytes
import Testing
import Transparency

@testable import EventLog

/// What else reads the log: the index, backups, proofs.
@Suite struct SealedNeighbourTests {
  @Test(
    "Stations and times are found among sealed events, whether they were indexed before or after",
    arguments: [1, 2] as [UInt64])
  func index(seed: UInt64) throws {
    var history = RandomHistory(seed: seed)
    try withLedger(indexedOptions(blockPositions: 1024)) { ledger in
      while history.events.count < 9000 { try history.grow(ledger, upTo: 900) }
      if seed == 1 { try ledger.catchUpIndex() }
      try ledger.seal(.all)
      try ledger.expectAnswers(of: &history)
      try ledger.catchUpIndex()
      try ledger.expectAnswers(of: &history)
      try history.grow(ledger, upTo: 100)
      try ledger.expectAnswers(of: &history)
    }
  }

  @Test("A backup holds sealed events, and the ledger made from it has them unsealed")
  func backup() throws {
    try BackupScene.with { scene in
      try scene.ledger.fill(9000, seed: 3, clock: TestClock())
      try scene.ledger.seal(.all)
      let answers = try scene.ledger.answers()
      try scene.ledger.backUp(to: scene.backup)
      try scene.restored { restored in
        try #expect(restored.answers() == answers)
        try #expect(restored.read { $0.sealedThrough } == 0)
      }
    }
  }

  @Test("Proofs and the evidence for an event are the same; the tree agrees with what is sealed")
  func proofs() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.fill(9000, seed: 4, clock: clock)
      func proof() throws -> [SHA256Digest] {
        try ledger.read { snapshot in
          let evidence = try #require(try snapshot.evidence(at: 77))
          return try [evidence.leaf, snapshot.treeHead().root]
            + snapshot.inclusionProof(ofPosition: 77, inTreeOf: 5000)
            + snapshot.consistencyProof(fromTreeOf: 301, toTreeOf: 9000)
        }
      }
      let before = try proof()
      try ledger.seal(.all)
      try #expect(proof() == before)
      try #expect(ledger.verifyTree() == ledger.read { try $0.treeHead() })
    }
  }
}
