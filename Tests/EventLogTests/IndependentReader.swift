import Foundation
import Testing

/// Readers in another language, which know only the texts in `Schemas`.
enum IndependentReader {
  /// What the script, which is in the directory of the file that asks, says of the ledger or backup
  /// in `path`: an object of JSON a line.
  static func read(
    _ path: String, with script: String, beside file: String = #filePath
  ) throws -> [[String: Any]] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = [
      URL(filePath: file).deletingLastPathComponent().appending(path: script).path, path,
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return try text.split(separator: UInt8(ascii: "\n")).map { line in
      try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
    }
  }
}
