import ArgumentParser
import Foundation
import JSON

/// How a verb prints rows.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, ndjson, csv
}

/// How a verb prints one answer: for people, as indented JSON, or as JSON on one line.
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, ndjson

  /// Prints `table`, or the object that `write` writes.
  func print(_ table: @autoclosure () throws -> String, json write: (inout JSONWriter) -> Void)
    rethrows
  {
    if self == .table { return Terminal.write(try table()) }
    var json = JSONWriter(self == .json ? .pretty : .compact)
    write(&json)
    Terminal.print(json)
  }
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
