import JSON
import Quantities

/// What an import did. `read` is the sum of `added`, `alreadyThere` and `rejected` once the file is
/// at its end.
public struct ImportReport: Hashable, Sendable {
  /// The file as it was named, or "standard input".
  public var file: String
  public var format: ImportFormat
  /// Lines in the file so far, whatever is in them.
  public var lines: UInt64 = 0
  /// Records in the file so far.
  public var read: UInt64 = 0
  /// Records that are now in the log because of this import: durable.
  public var added: UInt64 = 0
  /// Records that the log held before.
  public var alreadyThere: UInt64 = 0
  /// Records that could not be stored; they are in ``rejectsFile``.
  public var rejected: UInt64 = 0
  /// Lines of other loggers in the same file, which are no records.
  public var skippedLines: UInt64 = 0
  /// Of the records that can be stored, those that a station sent.
  public var fromStations: UInt64 = 0
  /// Of the records that can be stored, those that a station received. Whole sessions are neither.
  public var toStations: UInt64 = 0
  /// How many stations the records that can be stored are of.
  public var stations: UInt64 = 0
  /// Of those read, the ones stored with a flag: frame rebuilt, or direction guessed.
  public var flagged: UInt64 = 0
  /// The first rejected line and why, for a message.
  public var firstRejection: String?
  /// Where the rejected lines are; nil if there are none.
  public var rejectsFile: String?
  /// The least received-at of the file.
  public var firstReceivedAt: Instant?
  /// The greatest received-at of the file.
  public var lastReceivedAt: Instant?

  /// Whether the file has records, and not one of them could be stored.
  public var isAllRejected: Bool { read > 0 && rejected == read }

  public init(file: String, format: ImportFormat) {
    self.file = file
    self.format = format
  }

  /// The report as JSON: snake_case keys, times in UTC.
  public func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("file", file)
      writer.member("format", format.rawValue)
      writer.member("lines", lines)
      writer.member("read", read)
      writer.member("added", added)
      writer.member("already_there", alreadyThere)
      writer.member("rejected", rejected)
      writer.member("from_stations", fromStations)
      writer.member("to_stations", toStations)
      writer.member("stations", stations)
      writer.member("flagged", flagged)
      writer.member("skipped_lines", skippedLines)
      writer.member("rejects_file", rejectsFile)
      writer.member("first_received_at", firstReceivedAt?.rfc3339)
      writer.member("last_received_at", lastReceivedAt?.rfc3339)
    }
  }
}

/// How far an import is.
public struct ImportProgress: Sendable {
  /// What of the file was used, in bytes as stored.
  public var storedBytesRead: UInt64
  /// The size of the file as stored; nil for a pipe.
  public var storedByteCount: UInt64?
  public var report: ImportReport
  /// Whether this is the check that comes before a strict import.
  public var isChecking: Bool
}
