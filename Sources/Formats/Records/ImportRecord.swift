import EventLog
import Quantities

/// One frame read from a file of recorded history, ready to be appended: views, valid until the
/// next record is read.
public struct ImportRecord {
  /// The largest body that is stored, in bytes (SEMANTICS 8): 16 MiB.
  public static let bodyByteLimit = 16 << 20
  /// The longest station name, in bytes of UTF-8. OCPP allows 48 characters at most.
  public static let stationNameByteLimit = 255

  /// The line on which the record begins, 1 for the first line of the file.
  public var lineNumber: UInt64
  /// The station's name in UTF-8, not empty, at most ``stationNameByteLimit`` bytes.
  public var station: UnsafeRawBufferPointer
  /// When the recorder saw the frame.
  public var receivedAt: Instant
  public var direction: Direction
  /// The OCPP version that the file names; unknown if it names none.
  public var kind: EventKind
  /// ``EventLog/RecordFlags/rebuiltFromPayload`` where the file held no text of the frame, and
  /// ``EventLog/RecordFlags/directionGuessed``.
  public var flags: RecordFlags
  /// The frame as it was recorded.
  public var body: UnsafeRawBufferPointer
  /// The name that the recorder gave the event, if the options ask for it.
  public var eventID: EventID?
}

/// A line, or a record of several lines, that is not imported: a view, valid until the next record
/// is read.
public struct RejectedRecord {
  /// The first line of the record, 1 for the first line of the file.
  public var lineNumber: UInt64
  public var reason: RejectReason
  /// The line, or its start.
  public var text: UnsafeRawBufferPointer
}

/// What a reader found next in a file.
public enum ImportItem {
  case record(ImportRecord)
  case rejected(RejectedRecord)
}

/// Reads recorded history one record at a time, without an allocation for each.
public protocol RecordSource: AnyObject {
  /// The file that is read, for names and progress.
  var input: ByteInput { get }

  /// How the file is laid out.
  var format: ImportFormat { get }

  /// The body of the fact that says how the records are to be read: it comes before them in the log.
  /// nil if they need none.
  var tableMap: [UInt8]? { get }

  /// How many lines so far were not about frames: those of other loggers in the same file.
  var skippedLineCount: UInt64 { get }

  /// The next record; nil at the end. What it returns is valid until the next call.
  func next() throws(InputError) -> ImportItem?
}

extension RecordSource {
  public var tableMap: [UInt8]? { nil }

  public var skippedLineCount: UInt64 { 0 }
}
