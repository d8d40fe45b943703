public import JSON

/// A report that is a list of rows: for people a table, for programs CSV, a JSON document, or a JSON
/// object a line.
public protocol RowsReport {
  /// A row as JSON has it.
  associatedtype Row

  /// In the order of every format.
  var rows: [Row] { get }
  /// The key of the rows in the JSON document.
  static var key: String { get }
  /// For a terminal that is so wide, or for one of any width; empty if there is no row.
  func table(columns: Int?) -> String
  /// A header and a line for each row.
  var csv: String { get }
  /// Writes a row as an object.
  func write(_ row: Row, to json: inout JSONWriter)
  /// Writes what the JSON document has behind the rows.
  func writeRest(to json: inout JSONWriter)
}

extension RowsReport {
  public func writeRest(to json: inout JSONWriter) {}

  /// `{"…": […]}`, indented.
  public var json: [UInt8] {
    var json = JSONWriter(.pretty)
    json.object { json in
      json.array(Self.key) { json in for row in rows { write(row, to: &json) } }
      writeRest(to: &json)
    }
    json.endLine()
    return json.bytes
  }

  /// A row a line.
  public var jsonLines: [UInt8] {
    var json = JSONWriter()
    for row in rows {
      write(row, to: &json)
      json.endLine()
    }
    return json.bytes
  }
}
