import EventLog
import Quantities

/// How recorded history is laid out in a file.
public enum ImportFormat: String, Hashable, Sendable, CaseIterable {
  /// The Open OCPP Trace Format 1.1: one JSON object a line.
  case trace
  /// A table with a header, one frame in a row.
  case csv
}

/// What a person says about a file that the file does not say itself.
public struct ImportOptions: Sendable {
  /// The layout; nil means that the first bytes tell it.
  public var format: ImportFormat?
  /// The station of records that name none.
  public var station: String?
  /// The zone of times without an offset. Without it such records are rejected.
  public var timeZone: TimeZoneTable?
  /// The OCPP version of records that name none.
  public var kind: EventKind
  /// Whether the whole file is checked before anything is appended, and nothing is if any of it
  /// cannot be stored.
  public var isStrict: Bool
  /// Whether a trace's member `eventId` is read; if not, it is ignored.
  public var readsEventIDs: Bool
  /// Where rejected lines are kept; nil means beside the input, `FILE.rejects.jsonl`.
  public var rejectsFile: String?

  public init(
    format: ImportFormat? = nil, station: String? = nil, timeZone: TimeZoneTable? = nil,
    kind: EventKind = .ocppUnknown, isStrict: Bool = false, readsEventIDs: Bool = false,
    rejectsFile: String? = nil
  ) {
    self.format = format
    self.station = station
    self.timeZone = timeZone
    self.kind = kind
    self.isStrict = isStrict
    self.readsEventIDs = readsEventIDs
    self.rejectsFile = rejectsFile
  }
}
