import JSON

/// Why no session can be made of a record: it cannot be taken apart, or says no time.
public enum SessionRecordProblem: Error, Hashable, Sendable {
  case notJSON(JSONError)
  case notAnObject
  case brokenCSV(String)
  case wrongFieldCount(expected: Int, found: Int)
  case noTime
  case unreadableTime(String)
  case timeWithoutOffset(String)
}
