import EventLog
import Foundation
import Quantities
import TestSupport
import Testing
import Transparency

/// A backup as `read_dump.py` sees it, a reader in another language that knows only the text of
/// `Schemas/dump.md` and `Schemas/log-record.md`. It computes every checksum and the tree again.
private func readWithPython(_ path: String) throws -> [NSDictionary] {
  try IndependentReader.read(path, with: "read_dump.py").map { $0 as NSDictionary }
}

@Suite struct IndependentDumpReaderTests {
  @Test("A reader written from the schema alone reads the same events, names, ids and tree")
  func sameContent() throws {
    try BackupScene.with { scene in
      try scene.ledger.appendVariety()
      try scene.ledger.backUp(to: scene.backup)
      try LogWriter(scene.ledger).append("named", id: 5)
      try scene.ledger.append(["c"], station: "Säule 2")
      try scene.ledger.backUp(to: scene.backup)

      var lines = try readWithPython(scene.backup)
      let rest = lines.removeLast()

      try scene.ledger.read { snapshot in
        #expect(lines.count == Int(snapshot.head))
        for line in lines {
          let position = try #require(line["position"] as? UInt64)
          let event = try #require(try snapshot.event(at: position))
          let expected: NSDictionary = [
            "position": position, "kind": event.envelope.kind.rawValue,
            "station": try snapshot.stationName(event.envelope.station) ?? "",
            "source": try snapshot.sourceName(event.envelope.source) ?? "",
            "received_at": event.envelope.receivedAt.millisecondsSinceEpoch,
            "body": String(decoding: event.body, as: UTF8.self),
          ]
          #expect(line == expected)
        }
        let expected: NSDictionary = [
          "uuid": scene.ledger.file.uuid, "created_by": scene.ledger.file.createdBy,
          "root": "\(try snapshot.treeHead().root)", "stations": 3, "sources": 2,
          "event_ids": [[5, "05000000000000000700000000000000", 0] as [Any]],
        ]
        #expect(rest == expected)
      }
    }
  }
}
