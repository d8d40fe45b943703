import EventLog
import Foundation
import LMDB
import Projections
import Quantities
import TestSupport
import Testing

@Suite("Folding a damaged log")
struct DamagedLogTests {
  @Test("a record whose station number was lost is noticed, not passed over", arguments: [1, 2, 5])
  func stationNumber(workers: Int) throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      do {
        let ledger = try Ledger.create(at: path)
        try ledger.append { batch in
          let station = try batch.stationID(named: "CP-1")
          for _ in 1...3 {
            try batch.append(
              NewEvent(
                kind: .ocpp16, station: station, direction: .fromStation,
                receivedAt: instant("2026-03-02T08:00:00Z")),
              body: UnsafeRawBufferPointer(start: nil, count: 0))
          }
        }
      }
      try setStation(0, ofRecordAt: 2, inLog: path + "/log")
      let ledger = try Ledger.open(at: path)
      #expect(throws: LedgerError.damaged(position: 2, reason: .wrongChecksum)) {
        try ReadModels.open(for: ledger, workers: workers)
      }
    }
  }

  /// Changes the four bytes of the station number, and nothing else.
  private func setStation(_ number: UInt32, ofRecordAt position: UInt64, inLog path: String) throws
  {
    let environment = try Environment(path: path)
    let events = try environment.openDatabase("events")
    try environment.write { transaction in
      guard let record = try transaction.value(of: position, in: events) else { return }
      var bytes = Array(record)
      withUnsafeBytes(of: number.littleEndian) { bytes.replaceSubrange(4..<8, with: $0) }
      try bytes.withUnsafeBytes { try transaction.put(position, $0, in: events) }
    }
  }
}
