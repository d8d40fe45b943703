import EventLog
import JSON
import Quantities

/// Files that map the columns of a CSV log: YAML or JSON, described by
/// `Schemas/column-map.schema.json`.
public enum ColumnMapFile {
  /// Reads a column map; `-` is standard input.
  ///
  /// - Parameter zone: looks up the table of a time zone, by default in the system's database.
  /// - Throws: the first thing that is wrong with the file, with its line.
  public static func read(
    path: String,
    zone: (String) throws(TimeZoneTableError) -> TimeZoneTable = {
      name throws(TimeZoneTableError) in
      try TimeZoneTable.system(named: name)
    }
  ) throws(PublishedFileError) -> ColumnMap {
    let file = try DocumentFile(path: path)
    let document: YAMLDocument
    do throws(PublishedFileError.Problem) {
      document = try YAMLDocument(file.bytes)
    } catch {
      throw PublishedFileError(file: file.name, problems: [error])
    }
    let parser = JSONParser()
    let json: JSONValue
    do throws(JSONError) {
      json = try parser.parse(document.json)
    } catch {
      throw file.error("the document cannot be read: \(error.reason)")
    }
    do throws(JSONPathError) {
      return try map(JSONReader(json), zone)
    } catch {
      let path = String(error.path.trimmingPrefix("$").trimmingPrefix("."))
      throw file.error(error.problem, line: document.line(ofPath: path), path: path)
    }
  }

  private static func map(
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
    if let layout = try reader.optional("time_layout") { map.timeLayout = try layout.timeLayout() }
    if let value = try reader.optional("time_zone") {
      let name = try value.string()
      do throws(TimeZoneTableError) {
        map.timeZone = try zone(name)
      } catch {
        throw value.error("\(error)")
      }
    }
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
  fileprivate func refuseUnknownKeys(_ known: [String]) throws(JSONPathError) {
    guard let path = unknownKeys(besides: Set(known)).first else { return }
    throw JSONPathError(
      path: path, problem: "unknown key; known are \(known.joined(separator: ", "))")
  }

  /// A name, or a number from 1.
  fileprivate func column() throws(JSONPathError) -> ColumnMap.Column {
    guard value.kind == .number else { return .named(try string()) }
    return .numbered(Int(try int(in: 1...Int64(CSVReader.fieldLimit))))
  }

  fileprivate func delimiter() throws(JSONPathError) -> UInt8 {
    let text = try string()
    if text == "tab" { return 0x09 }
    guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80,
      byte != UInt8(ascii: "\""), byte != 0x0A, byte != 0x0D
    else { throw error("expected one ASCII character, or tab") }
    return byte
  }

  fileprivate func timeLayout() throws(JSONPathError) -> ColumnMap.TimeLayout {
    let text = try string()
    switch text {
    case "rfc3339": return .rfc3339
    case "unix-seconds": return .sinceEpoch(power: 0)
    case "unix-milliseconds": return .sinceEpoch(power: -3)
    case "unix-microseconds": return .sinceEpoch(power: -6)
    default:
      do throws(TimestampLayout.PatternError) {
        return .pattern(try TimestampLayout(pattern: text))
      } catch {
        throw self.error(error.problem)
      }
    }
  }

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
