import EventLog
import JSON
import Quantities
import SessionRecords

/// Files that map the columns of a log of frames or of a table of sessions: YAML or JSON, described
/// by `Schemas/column-map.schema.json` and `Schemas/session-table.schema.json`.
public enum ColumnMapFile {
  /// Reads a column map; `-` is standard input. Which of the two it is, is told by its columns: a
  /// session has a start or an end.
  ///
  /// - Parameter zone: looks up the table of a time zone, by default in the system's database.
  /// - Throws: the first thing that is wrong with the file, with its line.
  public static func read(
    path: String,
    zone: (String) throws(TimeZoneTableError) -> TimeZoneTable = {
      name throws(TimeZoneTableError) in
      try TimeZoneTable.system(named: name)
    }
  ) throws(PublishedFileError) -> TableMap {
    try DocumentFile(path: path).decodeYAML { (json, error) throws(PublishedFileError) in
      do throws(JSONPathError) {
        return try map(JSONReader(json), zone)
      } catch let problem {
        throw error([
          (String(problem.path.trimmingPrefix("$").trimmingPrefix(".")), problem.problem)
        ])
      }
    }
  }

  private static func map(
    _ reader: JSONReader, _ zone: (String) throws(TimeZoneTableError) -> TimeZoneTable
  ) throws(JSONPathError) -> TableMap {
    if SessionTableMap.describes(columns: try reader.required("columns").value) {
      return .sessions(try SessionTableMap(reader, zone: zone))
    }
    return .frames(try frames(reader, zone))
  }

  private static func frames(
    _ reader: JSONReader, _ zone: (String) throws(TimeZoneTableError) -> TimeZoneTable
  ) throws(JSONPathError) -> ColumnMap {
    try reader.refuseUnknownKeys([
      "columns", "directions", "delimiter", "header", "time_layout", "time_zone",
    ])
    let columns = try reader.required("columns")
    try columns.refuseUnknownKeys([
      "time", "station", "direction", "version", "frame", "message_id", "message_type", "action",
      "payload",
    ])
    var map = ColumnMap(time: try columns.required("time").column(), frame: try frame(columns))
    map.station = try columns.optional("station")?.column()
    map.direction = try columns.optional("direction")?.column()
    map.version = try columns.optional("version")?.column()
    map.delimiter = try reader.optional("delimiter")?.delimiter()
    map.hasHeader = try reader.optional("header")?.bool() ?? true
    if let layout = try reader.optional("time_layout") {
      map.timeLayout = try layout.timeLayout().reading
    }
    map.timeZone = try reader.optional("time_zone")?.timeZone(zone)
    if let words = try reader.optional("directions") { map.directionWords = try words.directions() }
    return map
  }

  private static func frame(_ columns: JSONReader) throws(JSONPathError) -> ColumnMap.Frame {
    if let frame = try columns.optional("frame") { return .whole(try frame.column()) }
    guard let id = try columns.optional("message_id"),
      let payload = try columns.optional("payload")
    else {
      throw columns.error("name the column of the frame, or those of message_id and payload")
    }
    let action = try columns.optional("action")?.column()
    let type = try columns.optional("message_type")?.column()
    guard action != nil || type != nil else {
      throw columns.error("to put frames together, name the column of the action too")
    }
    return .parts(
      messageID: try id.column(), payload: try payload.column(), action: action, messageType: type)
  }
}

extension JSONReader {
  fileprivate func directions() throws(JSONPathError) -> [String: Direction] {
    try expect(.object)
    var words: [String: Direction] = [:]
    for member in value.members {
      let word = String(decoding: member.name, as: UTF8.self)
      words[word.lowercased()] = try JSONReader(member.value, path: "\(path).\(word)").choice([
        ("from_station", .fromStation), ("to_station", .toStation),
      ])
    }
    return words
  }
}
