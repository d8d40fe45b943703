import JSON

/// The fields of one row, found by the map of its table.
struct TableFields {
  /// A text of a row, without blanks around it.
  private struct Value {
    var text: String
    /// Whether it is a number of JSON, which has a decimal point whatever the map says.
    var isJSONNumber: Bool
  }

  private let map: SessionTableMap
  private var values: [SessionTableMap.Field: Value] = [:]

  init(
    _ text: UnsafeRawBufferPointer, map: SessionTableMap, parser: JSONParser
  ) throws(SessionRecordProblem) {
    self.map = map
    switch map.rowFormat {
    case .csv: try read(csv: text)
    case .json: try read(json: text, parser)
    }
  }

  /// What a field says; nil if the table has none, or it is blank.
  func text(_ field: SessionTableMap.Field) -> String? { values[field]?.text }

  /// How the number in a field is written.
  func numbers(of field: SessionTableMap.Field) -> TableNumberStyle {
    values[field]?.isJSONNumber == true ? TableNumberStyle() : map.numbers
  }

  private mutating func read(csv row: UnsafeRawBufferPointer) throws(SessionRecordProblem) {
    var scan = CSVScan()
    var outcome = scan.advance(over: row, separator: map.delimiter ?? UInt8(ascii: ","))
    if case .needsMoreBytes = outcome { outcome = scan.finish() }
    if case .malformed(let reason) = outcome { throw .brokenCSV(reason) }
    if let expected = map.columnCount, scan.fields.count > expected {
      throw .wrongFieldCount(expected: expected, found: scan.fields.count)
    }
    for (field, columns) in map.columns {
      let texts = columns.compactMap { column -> String? in
        guard case .numbered(let number) = column, number <= scan.fields.count else { return nil }
        let found = scan.fields[number - 1]
        let text = String(decoding: row[found.range], as: UTF8.self)
        return found.hasPairedQuotes ? text.replacingPairedQuotes : text
      }
      set(field, texts, isJSONNumber: false)
    }
  }

  private mutating func read(
    json row: UnsafeRawBufferPointer, _ parser: JSONParser
  ) throws(SessionRecordProblem) {
    let object: JSONValue
    do throws(JSONError) { object = try parser.parse(row) } catch { throw .notJSON(error) }
    guard object.kind == .object else { throw .notAnObject }
    for (field, columns) in map.columns {
      let found = columns.compactMap { column -> JSONValue? in
        guard case .named(let name) = column else { return nil }
        return object.member(atPath: name)
      }
      let texts = found.compactMap { $0.string ?? ($0.isNull ? nil : $0.rawText.asText) }
      set(field, texts, isJSONNumber: found.count == 1 && found[0].kind == .number)
    }
  }

  private mutating func set(
    _ field: SessionTableMap.Field, _ texts: [String], isJSONNumber: Bool
  ) {
    let words = texts.map(\.trimmed).filter { !$0.isEmpty }
    guard !words.isEmpty else { return }
    values[field] = Value(text: words.joined(separator: " "), isJSONNumber: isJSONNumber)
  }
}

extension JSONValue {
  /// The member named `path`, else the one that its parts between points lead to.
  fileprivate func member(atPath path: String) -> JSONValue? {
    if let member = self[name: path] { return member }
    guard let point = path.firstIndex(of: ".") else { return nil }
    return self[name: String(path[..<point])]?
      .member(atPath: String(path[path.index(after: point)...]))
  }
}

extension UnsafeRawBufferPointer {
  fileprivate var asText: String { String(decoding: self, as: UTF8.self) }
}

extension String {
  /// Without white space at both ends, of any kind that spreadsheets write.
  fileprivate var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }

  /// `"` for each `""`, as quoted fields of CSV have it.
  fileprivate var replacingPairedQuotes: String {
    var text = ""
    var isSecond = false
    for character in unicodeScalars {
      isSecond = character == "\"" && !isSecond
      if character != "\"" || isSecond { text.unicodeScalars.append(character) }
    }
    return text
  }
}
