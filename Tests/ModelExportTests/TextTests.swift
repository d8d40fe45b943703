import Foundation
import JSON
import Quantities
import Testing

@testable import ModelExport

@Suite("Files of text")
struct TextTests {
  /// Two rows of every kind of value, in the first table's place.
  private func batch(_ rows: [[Cell]]) -> RowBatch {
    var batch = RowBatch()
    for row in rows { batch.tables[0].append { $0 += row } }
    return batch
  }

  private func header(_ text: String, _ selection: Cell) -> [Cell] {
    [
      .integer(1), .integer(-9), .text("complete"), .text(text), .integer(.min),
      .instant(Instant(millisecondsSinceEpoch: 1_772_323_200_001)), .text("p"), .text("m"),
      selection,
    ]
  }

  private func encode(_ rows: [[Cell]], _ format: TextFormat, neutralizing: Bool = false) -> String
  {
    let encoder = TextEncoder(format: format, neutralizesFormulas: neutralizing)
    return String(decoding: encoder.encode(batch(rows))[0], as: UTF8.self)
  }

  @Test("in CSV quote what RFC 4180 wants quoted, and tell no value from an empty text")
  func csv() {
    #expect(
      encode([header("a,\"b\"\r\n", .null), header("é", .text(""))], .csv) == """
        1,-9,complete,"a,""b""\r\n",-9223372036854775808,2026-03-01T00:00:00.001Z,p,m,\r
        1,-9,complete,é,-9223372036854775808,2026-03-01T00:00:00.001Z,p,m,""\r

        """)
  }

  @Test("in CSV get an apostrophe before formulas only if that is asked for")
  func formulas() {
    for (text, shown) in [("=1+2", "'=1+2"), ("@x", "'@x"), ("\t,", "\"'\t,\""), ("-1", "'-1")] {
      #expect(encode([header(text, .null)], .csv, neutralizing: true).contains(",\(shown),"))
      #expect(!encode([header(text, .null)], .csv).contains("'"))
    }
    // Numbers are none.
    #expect(encode([header("x", .null)], .csv, neutralizing: true).contains(",-9,"))
  }

  @Test("in NDJSON are JSON, with a key for every column")
  func ndjson() throws {
    let line = encode([header("a\"\n\u{1}", .null)], .ndjson)
    #expect(line.hasSuffix("}\n"))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(Set(object.keys) == Set(ExportCatalog.tables[0].columns.map(\.name)))
    #expect(object["ledger_uuid"] as? String == "a\"\n\u{1}")
    #expect(object["position"] as? Int == .min)
    #expect(object["selection"] is NSNull)
  }

  @Test("hold every row of the read models", arguments: TextFormat.allCases)
  func everyRow(format: TextFormat) throws {
    let made = try ExportLedger()
    let expected = try TextRows(of: made.exporter())
    let directory = made.file("tables")
    for _ in 0..<2 {
      // The second one takes the place of the first.
      let summary = try TextDirectory(directory + "/", format: format).write(made.exporter())
      #expect(summary.rows == UInt64(expected.tables.values.reduce(0) { $0 + $1.count }))
    }
    let found = try format == .csv ? TextRows(csvIn: directory) : TextRows(ndjsonIn: directory)
    #expect(found.difference(from: expected) == nil)
    #expect(!FileManager.default.fileExists(atPath: directory + ".part"))
  }

  @Test("do not take the place of a directory that holds something else")
  func occupied() throws {
    let made = try ExportLedger()
    #expect(throws: ExportError.occupied(path: made.directory)) {
      try TextDirectory(made.directory, format: .csv).write(made.exporter())
    }
    #expect(FileManager.default.fileExists(atPath: made.file("ledger/ledger.json")))
  }
}
