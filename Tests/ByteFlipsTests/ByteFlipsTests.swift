import ByteFlips
import EventLog
import Foundation
import TestSupport
import Testing

/// A sample; `Tools/byte-flips/run` changes every byte.
@Suite("A changed byte of a ledger")
struct ByteFlipsTests {
  @Test("is reported or was unused, wherever it is", arguments: [1, 2])
  func random(seed: UInt64) throws {
    try withTemporaryDirectory { directory in
      let ledger = try SampleLedger(in: directory, stations: 3, days: 3)
      // More than one group of the tree.
      #expect(ledger.events > 512)
      let tally = try FlipDraw(seed: seed).flip(500, of: ledger)
      #expect(tally.violations.isEmpty, "\(tally.violations)")
      // The control: all kinds of outcomes are there.
      #expect(tally.flips >= 500 && tally.detected > 100 && tally.unused > 50)
      #expect(tally.detectedByFold > 0)
    }
  }

  @Test("is reported or was unused where events are sealed", arguments: [1])
  func sealed(seed: UInt64) throws {
    try withTemporaryDirectory { directory in
      let ledger = try SampleLedger(sealedIn: directory)
      // The control: changed bytes are noticed because they are, not because the ledger is unsound.
      try #expect(Ledger.verifyLog(at: ledger.path).isSound)
      let tally = try FlipDraw(seed: seed).flip(60, of: ledger)
      #expect(tally.violations.isEmpty, "\(tally.violations)")
      #expect(tally.detected > 30 && tally.unused > 0)
      let segment = try FlippedFile(try #require(ledger.segmentFiles.first), of: ledger)
      var blocks = FlipTally()
      for offset in stride(from: 144, to: segment.byteCount, by: segment.byteCount / 300) {
        try segment.flip(offset, xor: 0x01, &blocks)
      }
      #expect(blocks.violations.isEmpty, "\(blocks.violations)")
      #expect(blocks.detected > 100 && blocks.unused > 0, "\(blocks)")
    }
  }

  @Test("in a meta page is reported, or belongs to a state that nobody reads")
  func metas() throws {
    try withTemporaryDirectory { directory in
      let ledger = try SampleLedger(in: directory, stations: 1, days: 1)
      let file = try FlippedFile("log/data.mdb", of: ledger)
      var tally = FlipTally()
      for page in 0..<2 {
        // The fields of a meta; transaction numbers with each bit.
        for offset in 0..<144 { try file.flip(page * 4096 + offset, xor: 0xFF, &tally) }
        for offset in 144..<152 {
          for bit in 0..<8 { try file.flip(page * 4096 + offset, xor: 1 << bit, &tally) }
        }
      }
      #expect(tally.violations.isEmpty, "\(tally.violations)")
      #expect(tally.detected > 200)
    }
  }

  @Test("in ledger.json is reported, each one")
  func ledgerFile() throws {
    try withTemporaryDirectory { directory in
      let ledger = try SampleLedger(in: directory, stations: 1, days: 1)
      let file = try FlippedFile("ledger.json", of: ledger)
      var tally = FlipTally()
      for offset in 0..<file.byteCount { try file.flip(offset, xor: 0x01, &tally) }
      #expect(tally.detected == file.byteCount && tally.violations.isEmpty)
    }
  }
}
