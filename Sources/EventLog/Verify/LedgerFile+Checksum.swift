import Bytes
import LMDB

/// The row `ledger_file` of `meta`, by which the log knows its `ledger.json` again: the CRC-32C of the
/// file (u32), then the file's length (u64).
extension LedgerFile {
  static let rowName = "ledger_file"

  /// The CRC-32C of the text of a file.
  static func checksum(_ contents: [UInt8]) -> UInt32 {
    contents.withUnsafeBytes { CRC32C.checksum($0) }
  }

  /// The row for a file with these contents.
  static func row(of contents: [UInt8]) -> [UInt8] {
    var row = ByteWriter()
    row.fixed32(checksum(contents))
    row.fixed64(UInt64(contents.count))
    return row.bytes
  }

  /// Writes the row for this file. Whoever changes the file writes it anew.
  func writeRow(_ transaction: borrowing WriteTransaction, _ meta: Database) throws {
    let row = Self.row(of: Array(json.utf8))
    var name = Self.rowName
    try name.withUTF8 { name in
      try row.withUnsafeBytes { try transaction.put(UnsafeRawBufferPointer(name), $0, in: meta) }
    }
  }
}
