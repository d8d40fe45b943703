import JSON
import Quantities

/// What all files that describe tables have in common.
extension JSONReader {
  /// - Throws: an error that lists the known keys, if there is another one.
  package func refuseUnknownKeys(_ known: [String]) throws(JSONPathError) {
    guard let path = unknownKeys(besides: Set(known)).first else { return }
    throw JSONPathError(
      path: path, problem: "unknown key; known are \(known.joined(separator: ", "))")
  }

  /// A name, or a number from 1 to 256.
  package func column() throws(JSONPathError) -> TableColumn {
    guard value.kind == .number else { return .named(try string()) }
    return .numbered(Int(try int(in: 1...256)))
  }

  /// One column, or a list of those whose texts are joined with blanks.
  package func columns() throws(JSONPathError) -> [TableColumn] {
    guard value.kind == .array else { return [try column()] }
    let list = try elements().map { (element) throws(JSONPathError) in try element.column() }
    guard !list.isEmpty else { throw error("name at least one column") }
    return list
  }

  /// One ASCII character that can separate fields, or the word `tab`.
  package func delimiter() throws(JSONPathError) -> UInt8 {
    let text = try string()
    if text == "tab" { return 0x09 }
    guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80,
      byte != UInt8(ascii: "\""), byte != 0x0A, byte != 0x0D
    else { throw error("expected one ASCII character, or tab") }
    return byte
  }

  package func timeLayout() throws(JSONPathError) -> TableTimeLayout {
    let text = try string()
    do throws(TimestampLayout.PatternError) {
      return try TableTimeLayout(text)
    } catch {
      throw self.error(error.problem)
    }
  }

  /// A time zone by its name, from wherever the caller looks it up.
  package func timeZone(
    _ zone: (String) throws(TimeZoneTableError) -> TimeZoneTable
  ) throws(JSONPathError) -> TimeZoneTable {
    let name = try string()
    do throws(TimeZoneTableError) {
      return try zone(name)
    } catch {
      throw self.error("\(error)")
    }
  }
}
