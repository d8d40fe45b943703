import EventLog
import Formats
import Quantities

/// A copy of an ``ImportItem`` that a test can keep.
enum ReadRecord: Equatable, CustomStringConvertible {
  case record(
    line: UInt64, station: String, at: String, Direction, EventKind, RecordFlags,
    body: [UInt8])
  case rejected(line: UInt64, RejectReason)

  init(_ item: ImportItem) {
    switch item {
    case .record(let record):
      self = .record(
        line: record.lineNumber, station: String(decoding: record.station, as: UTF8.self),
        at: record.receivedAt.rfc3339, record.direction, record.kind, record.flags,
        body: Array(record.body))
    case .rejected(let rejected):
      self = .rejected(line: rejected.lineNumber, rejected.reason)
    }
  }

  var body: String? {
    guard case .record(_, _, _, _, _, _, let body) = self else { return nil }
    return String(decoding: body, as: UTF8.self)
  }

  var rejection: RejectReason? {
    guard case .rejected(_, let reason) = self else { return nil }
    return reason
  }

  var description: String {
    switch self {
    case .record(let line, let station, let at, let direction, let kind, let flags, let body):
      """
      \(line): \(station) \(at) \(direction) kind \(kind.rawValue) flags \(flags.rawValue) \
      \(String(decoding: body.prefix(200), as: UTF8.self))
      """
    case .rejected(let line, let reason): "\(line): rejected: \(reason)"
    }
  }
}

extension RecordSource {
  /// Everything that is left to read.
  func all() throws -> [ReadRecord] {
    var items: [ReadRecord] = []
    while let item = try next() { items.append(ReadRecord(item)) }
    return items
  }
}
