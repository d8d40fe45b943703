import JSON
import SessionRecords

/// Why a record cannot be stored: it has no readable station, time or direction, its body is too
/// large, or a log does not hold all of it (SEMANTICS 8).
public enum RejectReason: Error, Hashable, Sendable {
  case lineTooLong(byteCount: UInt64)
  case bodyTooLarge(byteCount: Int)
  case notJSON(JSONError)
  case notAnObject
  /// A line of a log announces a frame, and nothing follows.
  case noFrame
  /// A frame's brackets or quotes are open at the end of the line, and the next ones do not close them.
  case frameNotWhole
  case brokenCSV(String)
  case wrongFieldCount(expected: Int, found: Int)
  case noStation
  case stationNotUTF8
  case stationNameTooLong(byteCount: Int)
  case noTime
  case unreadableTime(String)
  case timeWithoutOffset(String)
  case timeWithoutYear(String)
  case noDirection
  case unreadableDirection(String)
  case unreadableEventID
  /// An object that is neither a CDR nor a Session of OCPI.
  case notOCPI
  /// The brackets of JSON do not close, or close what they did not open.
  case brokenJSON
}

extension RejectReason {
  /// Whether a frame may go on in the next line.
  var isOpenEnd: Bool { self == .noFrame || self == .frameNotWhole }

  init(_ problem: SessionRecordProblem) {
    switch problem {
    case .notJSON(let error): self = .notJSON(error)
    case .notAnObject: self = .notAnObject
    case .brokenCSV(let reason): self = .brokenCSV(reason)
    case .wrongFieldCount(let expected, let found):
      self = .wrongFieldCount(expected: expected, found: found)
    case .noTime: self = .noTime
    case .unreadableTime(let text): self = .unreadableTime(text)
    case .timeWithoutOffset(let text): self = .timeWithoutOffset(text)
    }
  }
}

extension RejectReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .lineTooLong(let count):
      "the line has \(count) bytes, more than \(LineReader.lineByteLimit)"
    case .bodyTooLarge(let count):
      "the frame has \(count) bytes, more than \(ImportRecord.bodyByteLimit)"
    case .notJSON(let error): error.description
    case .notAnObject: "the line is not a JSON object"
    case .noFrame: "the line announces a frame and holds none"
    case .frameNotWhole: "the frame does not end in this line, nor in the next ones: it was cut"
    case .brokenCSV(let reason): reason
    case .wrongFieldCount(let expected, let found):
      "the record has \(found) fields, the header \(expected)"
    case .noStation: "no station is named; give the name with --station if it is the same for all"
    case .stationNameTooLong(let count):
      "the station's name has \(count) bytes, more than \(ImportRecord.stationNameByteLimit)"
    case .stationNotUTF8: "the station's name is not UTF-8"
    case .noTime: "the time is missing"
    case .unreadableTime(let text): "the time \"\(text)\" cannot be read"
    case .timeWithoutOffset(let text):
      "the time \"\(text)\" has no offset; say whose clock it was with --time-zone"
    case .timeWithoutYear(let text):
      "the time \"\(text)\" names no year; give the year of the first line with --year"
    case .noDirection: "the direction is missing"
    case .unreadableDirection(let text): "the direction \"\(text)\" is unknown"
    case .brokenJSON: "the brackets do not match here; the rest was not read"
    case .notOCPI: "the object is neither a CDR nor a Session of OCPI"
    case .unreadableEventID: "eventId is no string of 32 hexadecimal digits"
    }
  }
}
