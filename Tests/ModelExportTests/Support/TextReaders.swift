import Foundation
import Quantities
import Testing

@testable import ModelExport

extension TextRows {
  /// Reads an export in CSV.
  init(csvIn directory: String) throws {
    for table in ExportCatalog.tables {
      let bytes = try Data(contentsOf: URL(filePath: "\(directory)/\(table.name).csv"))
      var records = Self.records(ofCSV: Array(bytes))
      try #require(!records.isEmpty)
      let header = records.removeFirst().map { $0 ?? "" }
      #expect(header == table.columns.map(\.name))
      tables[table.name] = try records.map { try Self.canonical($0, table) }
    }
  }

  /// RFC 4180; a field that is empty and not quoted is nil.
  private static func records(ofCSV bytes: [UInt8]) -> [[String?]] {
    var (records, record, field): ([[String?]], [String?], [UInt8]) = ([], [], [])
    var (isQuoted, wasQuoted) = (false, false)
    for byte in bytes {
      if isQuoted, byte != UInt8(ascii: "\"") {
        field.append(byte)
        continue
      }
      switch byte {
      case UInt8(ascii: "\""):
        // A quote inside quotes is written twice.
        if !isQuoted, wasQuoted { field.append(byte) }
        isQuoted.toggle()
        wasQuoted = true
      case UInt8(ascii: ","), UInt8(ascii: "\n"):
        let isNull = field.isEmpty && !wasQuoted
        record.append(isNull ? nil : String(decoding: field, as: UTF8.self))
        (field, wasQuoted) = ([], false)
        if byte == UInt8(ascii: "\n") {
          records.append(record)
          record = []
        }
      case UInt8(ascii: "\r"): continue
      default: field.append(byte)
      }
    }
    return records
  }

  /// Reads an export in NDJSON.
  init(ndjsonIn directory: String) throws {
    for table in ExportCatalog.tables {
      let bytes = try Data(contentsOf: URL(filePath: "\(directory)/\(table.name).ndjson"))
      tables[table.name] = try bytes.split(separator: 0x0A).map { line in
        let object = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
        #expect(object.count == table.columns.count)
        return try Self.canonical(
          table.columns.map { column -> String? in
            let value = try #require(object[column.name], "\(table.name).\(column.name)")
            if column.kind == .boolean { return value as? Bool == true ? "true" : "false" }
            return value is NSNull ? nil : "\(value)"
          }, table)
      }
    }
  }

  /// As cells are told: times in milliseconds, booleans as 0 and 1.
  private static func canonical(
    _ row: [String?], _ table: TableDescription
  ) throws -> [String?] {
    try zip(row, table.columns).map { value, column in
      guard let value else { return nil }
      switch column.kind {
      case .instant: return "\(try #require(Instant(rfc3339: value)).millisecondsSinceEpoch)"
      case .boolean: return value == "true" ? "1" : "0"
      case .integer, .text, .decimal: return value
      }
    }
  }
}
