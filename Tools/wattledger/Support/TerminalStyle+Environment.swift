import Foundation
import Reports

extension TerminalStyle {
  /// What standard output can show: its width if it is a terminal, else `COLUMNS` or 80; UTF-8 if
  /// the locale says so; colours on a terminal without `NO_COLOR`.
  static func ofStandardOutput() -> TerminalStyle {
    let environment = ProcessInfo.processInfo.environment
    let isTerminal = isatty(STDOUT_FILENO) == 1
    // The first that is set decides, as in POSIX.
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
      .compactMap { environment[$0] }.first { !$0.isEmpty }
    let encoding = (locale ?? "").lowercased()
    let columns = (isTerminal ? windowColumns : nil) ?? environment["COLUMNS"].flatMap { Int($0) }
    return TerminalStyle(
      columns: columns ?? 80,
      isUnicode: encoding.contains("utf-8") || encoding.contains("utf8"),
      hasColour: isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
        && environment["TERM"] != "dumb")
  }

  /// The width of the terminal that standard output is; nil if it is none: what programs read is never
  /// cut.
  static var columnsOfTerminal: Int? {
    isatty(STDOUT_FILENO) == 1 ? ofStandardOutput().columns : nil
  }

  private static var windowColumns: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
