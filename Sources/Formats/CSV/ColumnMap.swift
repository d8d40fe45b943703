import EventLog
import Quantities
import SessionRecords

/// Which column of a CSV log holds what, as a person wrote it down in a file
/// (`Schemas/column-map.schema.json`).
public struct ColumnMap: Hashable, Sendable {
  public typealias Column = TableColumn
  public typealias TimeLayout = TableTimeLayout.Reading

  /// Where the frame is.
  public enum Frame: Hashable, Sendable {
    /// One column holds its text.
    case whole(Column)
    /// It must be put together, and is flagged. Without `messageType` a row with an action is a
    /// call, and one without is an answer.
    case parts(messageID: Column, payload: Column, action: Column?, messageType: Column?)
  }

  public var time: Column
  public var timeLayout = TimeLayout.rfc3339
  /// The zone of times without an offset, unless the options name one.
  public var timeZone: TimeZoneTable?
  public var frame: Frame
  public var station: Column?
  public var direction: Column?
  /// What the words in the column of directions mean; other words are those of the trace format.
  public var directionWords: [String: Direction] = [:]
  public var version: Column?
  /// The byte between fields; nil is the usual one that comes most often in the first line.
  public var delimiter: UInt8?
  /// Whether the first line names the columns. Without it they have numbers only.
  public var hasHeader = true

  public init(time: Column, frame: Frame) {
    self.time = time
    self.frame = frame
  }
}

/// What a file of columns describes.
public enum TableMap: Hashable, Sendable {
  /// A log with one frame a row.
  case frames(ColumnMap)
  /// A table with one session a row.
  case sessions(SessionTableMap)
}
