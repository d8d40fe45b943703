import JSON

/// Why a record cannot be stored: it has no readable station, time or direction, or its body is
/// too large (SEMANTICS 8).
public enum RejectReason: Error, Hashable, Sendable {
  case lineTooLong(byteCount: UInt64)
  case bodyTooLarge(byteCount: Int)
  case notJSON(JSONError)
  case notAnObject
  case brokenCSV(String)
  case wrongFieldCount(expected: Int, found: Int)
  case noStation
  case stationNotUTF8
  case stationNameTooLong(byteCount: Int)
  case noTime
  case unreadableTime(String)
  case timeWithoutOffset(String)
  case noDirection
  case unreadableDirection(String)
  case unreadableEventID
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
    case .noDirection: "the direction is missing"
    case .unreadableDirection(let text): "the direction \"\(text)\" is unknown"
    case .unreadableEventID: "eventId is no string of 32 hexadecimal digits"
    }
  }
}
