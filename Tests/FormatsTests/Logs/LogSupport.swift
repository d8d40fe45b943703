import EventLog
import Formats

/// What a reader made of a log.
struct ReadLog {
  var format: ImportFormat
  var items: [ReadRecord]
  var skipped: UInt64

  var bodies: [String?] { items.map(\.body) }
  var rejections: [RejectReason?] { items.map(\.rejection) }

  /// `line: station direction time`, or the reason.
  var summary: [String] {
    items.map { item in
      switch item {
      case .record(let line, let station, let at, let way, _, let flags, _):
        "\(line): \(station) \(way)\(flags.contains(.directionGuessed) ? "?" : "") \(at)"
      case .rejected(let line, let reason): "\(line): \(reason)"
      }
    }
  }
}

extension TemporaryDirectory {
  /// Reads a log with these lines.
  func read(
    _ lines: [String], _ options: ImportOptions = ImportOptions(), ending: String = "\n"
  ) throws -> ReadLog {
    let path = try write("some.log", lines.map { $0 + ending }.joined())
    let source = try RecordedHistory.open(path: path, options: options)
    let items = try source.all()
    return ReadLog(format: source.format, items: items, skipped: source.skippedLineCount)
  }
}
