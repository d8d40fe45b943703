import Foundation
import Testing

/// Expected output in files under `Golden/`. With `WATTLEDGER_UPDATE_GOLDEN=1` in the environment
/// the files are written anew instead of compared, to be read in the diff.
enum Golden {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden")

  static func expect(
    _ text: String, equals name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["WATTLEDGER_UPDATE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: file)
      return
    }
    let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    guard text != expected else { return }
    let (new, old) = (text.components(separatedBy: "\n"), expected.components(separatedBy: "\n"))
    let line = zip(new, old).enumerated().first { $0.element.0 != $0.element.1 }
    Issue.record(
      """
      \(name) differs, first in line \((line?.offset ?? min(new.count, old.count)) + 1):
      was: \(line?.element.1 ?? "(end)")
      is:  \(line?.element.0 ?? "(end)")
      """, sourceLocation: sourceLocation)
  }
}
