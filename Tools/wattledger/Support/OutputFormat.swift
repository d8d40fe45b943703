import ArgumentParser
import Foundation
import JSON

/// How a verb prints data.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, ndjson, csv
}

/// Standard output and error, as bytes.
enum Terminal {
  /// Whether standard error is a terminal, so that progress is shown.
  static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes all of `bytes` to standard output.
  static func write(_ bytes: some Sequence<UInt8>) {
    FileHandle.standardOutput.write(Data(bytes))
  }

  static func write(_ text: String) { write(text.utf8) }

  /// Writes a line to standard output.
  static func print(_ line: String) { write(line + "\n") }

  /// Writes a JSON document and a newline.
  static func print(_ json: JSONWriter) {
    write(json.bytes.last == UInt8(ascii: "\n") ? json.bytes : json.bytes + [UInt8(ascii: "\n")])
  }

  /// Writes a line for people to standard error.
  static func note(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
