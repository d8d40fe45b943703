import Formats
import Foundation

/// Ledgers that older programs have left, in `Tests/Fixtures/ledgers`.
enum Fixture {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Tests/Fixtures/ledgers").path

  /// Makes the ledger of the fixture `name` in the new directory `ledger`.
  static func unpack(_ name: String, to ledger: String) throws {
    let manager = FileManager.default
    try manager.createDirectory(atPath: ledger + "/log", withIntermediateDirectories: true)
    try manager.copyItem(
      atPath: "\(folder)/\(name)/ledger.json", toPath: ledger + "/ledger.json")
    let input = try ByteInput(path: "\(folder)/\(name)/log/data.mdb.zst")
    var bytes = Data()
    var piece = Data(count: 1 << 20)
    while true {
      let count = try piece.withUnsafeMutableBytes { try input.read(into: $0) }
      guard count > 0 else { break }
      bytes += piece[..<count]
    }
    try bytes.write(to: URL(filePath: ledger + "/log/data.mdb"))
  }
}
