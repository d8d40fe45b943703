import EventLog
import Quantities
import SessionRecords

/// How recorded history is laid out in a file. The raw value is its name for `--from`.
public enum ImportFormat: String, Hashable, Sendable, CaseIterable {
  /// The Open OCPP Trace Format 1.1: one JSON object a line.
  case trace
  /// A table with a header, one frame in a row.
  case csv
  /// The WebSocket logger of SteVe.
  case steve
  /// evcc at log level trace.
  case evcc
  /// mobilityhouse/ocpp, and Home Assistant, which uses it.
  case mobilityHouse = "mobilityhouse"
  /// openWB.
  case openWB = "openwb"
  /// The test tool of the Open Charge Alliance.
  case octt
  /// A back end's table of calls, each with its answer.
  case callTable = "call-table"
  /// Frames with numbers behind them.
  case frameFirst = "frame-first"
  /// Frames with a name before them.
  case namedFrame = "named-frame"
  /// A table with one session a row: CSV, or JSON objects.
  case sessionTable = "session-table"
  /// Charge detail records or Sessions of OCPI, as JSON.
  case ocpi

  /// Whether a record is a whole session rather than a frame.
  public var hasWholeSessions: Bool { self == .sessionTable || self == .ocpi }

  /// All names, for messages: `trace, csv, steve, …`.
  public static let names = allCases.map(\.rawValue).joined(separator: ", ")
}

/// What a person says about a file that the file does not say itself.
public struct ImportOptions: Sendable {
  /// The layout; nil means that the first bytes tell it.
  public var format: ImportFormat?
  /// The station of records that name none.
  public var station: String?
  /// The zone of times without an offset. Without it such records are rejected.
  public var timeZone: TimeZoneTable?
  /// The year of times that name none, as syslog writes them: that of the first one. Without it
  /// such records are rejected.
  public var year: Int?
  /// Whose log it is, where the layout does not tell; nil means that the first frames tell.
  public var recorder: LogRecorder?
  /// Which column of a CSV log holds what; nil means that its header tells.
  public var columns: ColumnMap?
  /// How a table of sessions is laid out; nil if the file is none.
  public var sessionTable: SessionTableMap?
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
    year: Int? = nil, recorder: LogRecorder? = nil, columns: ColumnMap? = nil,
    sessionTable: SessionTableMap? = nil,
    kind: EventKind = .ocppUnknown, isStrict: Bool = false, readsEventIDs: Bool = false,
    rejectsFile: String? = nil
  ) {
    self.format = format
    self.station = station
    self.timeZone = timeZone
    self.year = year
    self.recorder = recorder
    self.columns = columns
    self.sessionTable = sessionTable
    self.kind = kind
    self.isStrict = isStrict
    self.readsEventIDs = readsEventIDs
    self.rejectsFile = rejectsFile
  }
}

extension ImportOptions {
  /// The layout that a map of columns implies.
  var formatOfMap: ImportFormat? {
    if sessionTable != nil { return .sessionTable }
    return columns == nil ? nil : .csv
  }
}
