import ArgumentParser
import Foundation
import JSON
import Reports

/// How a verb prints rows.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, ndjson, csv
}

extension OutputFormat {
  /// Prints a list.
  func print(_ report: some RowsReport) {
    switch self {
    case .table: Terminal.write(report.table(columns: TerminalStyle.columnsOfTerminal))
    case .csv: Terminal.write(report.csv)
    case .json: Terminal.write(report.json)
    case .ndjson: Terminal.write(report.jsonLines)
    }
  }
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

  /// Writes all of `bytes` to standard output. If that is not possible (a full disk, a reader that
  /// left), the program ends with a message, because the rest would be lost silently.
  static func write(_ bytes: some Sequence<UInt8>) {
    do { try send(Array(bytes)) } catch { Failure.exit(because: error) }
  }

  /// Writes all of `bytes` to standard output, for a verb that has to end in order if it cannot.
  static func send(_ bytes: [UInt8]) throws(Failure) {
    let code = put(bytes, to: STDOUT_FILENO)
    guard code == 0 else {
      throw .input("cannot write to standard output: \(String(cString: strerror(code)))")
    }
  }

  static func write(_ text: String) { write(text.utf8) }

  /// Writes a line to standard output.
  static func print(_ line: String) { write(line + "\n") }

  /// Writes a JSON document and a newline.
  static func print(_ json: JSONWriter) {
    write(json.bytes.last == UInt8(ascii: "\n") ? json.bytes : json.bytes + [UInt8(ascii: "\n")])
  }

  /// Writes a line for people to standard error.
  static func note(_ line: String) { show(line + "\n") }

  /// Writes to standard error. Who closed it does not want to know.
  static func show(_ text: String) { _ = put(Array(text.utf8), to: STDERR_FILENO) }

  /// Writes all of `bytes` and returns 0, or `errno`.
  private static func put(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = Foundation.write(
          descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        if count < 0, errno != EINTR { return errno }
        written += max(0, count)
      }
      return 0
    }
  }
}
