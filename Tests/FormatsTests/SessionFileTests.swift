import EventLog
import Quantities
import SessionRecords
import Testing

@testable import Formats

@Suite("Files of whole sessions")
struct SessionFileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private static func session(_ id: Int) -> String {
    #"{"id":"S-\#(id)","start_date_time":"2026-01-12T08:00:00Z","kwh":1,"status":"COMPLETED","#
      + #""end_date_time":"2026-01-12T09:00:00Z","evse_uid":"E-1","x":"}]{\" \\"}"#
  }

  private func read(_ text: String, _ options: ImportOptions = ImportOptions()) throws
    -> [ReadRecord]
  {
    try RecordedHistory.open(path: try directory.write("input", text), options: options).all()
  }

  private func map(_ yaml: String) throws -> ImportOptions {
    var options = ImportOptions()
    options.station = "CP-1"
    let path = try directory.write("map.yaml", yaml)
    guard case .sessions(let map) = try ColumnMapFile.read(path: path) else { return options }
    options.sessionTable = map
    return options
  }

  @Test("OCPI objects are found in arrays, responses, lines, and one behind the other")
  func shapes() throws {
    let (first, second) = (Self.session(1), Self.session(2))
    let files = [
      "[\(first),\n \(second)]", "\(first)\n\(second)\n", "\u{FEFF}\(first)\r\n\r\n\(second)",
      #"{"status_code":1000,"data":[\#(first),\#(second)],"timestamp":"2026-01-12T00:00:00Z"}"#,
      "{\n  \"data\": [\n\(first)\n,\n\(second)\n]\n}\n", "\(first) \(second)",
      #"{"data":\#(first),"status_code":1000}"# + "\n" + #"{"data":[\#(second)]}"#,
    ]
    for file in files {
      let records = try read(file)
      #expect(records.map(\.body) == [first, second], "\(file)")
    }
    #expect(try read(first).map(\.body) == [first])
    #expect(try read("[]", ocpi).isEmpty && read(#"{"data":[]}"#, ocpi).isEmpty)
  }

  private var ocpi: ImportOptions {
    var options = ImportOptions()
    options.format = .ocpi
    return options
  }

  @Test("an object has its line, and a mistake does not take others with it")
  func mistakes() throws {
    let records = try read(
      "[\n\(Self.session(1)),\n{\"id\":7},\n{\"kwh\":1,\"evse_uid\":\"E\"},\n\(Self.session(2))\n",
      ocpi)
    #expect(records.map(\.rejection) == [nil, .notOCPI, .noTime, nil, .brokenJSON])
    let lines = try read(
      "\(Self.session(1))\n{\"id\":\n[1]\n\(Self.session(2).replacing("E-1", with: ""))\n", ocpi)
    #expect(lines.count == 4 && lines[0].rejection == nil)
    guard case .rejected(2, .notJSON)? = lines.dropFirst().first else {
      Issue.record("\(lines)")
      return
    }
    #expect(lines.suffix(2).map(\.rejection) == [.notAnObject, .noStation])
  }

  @Test("a scan gives the same objects however the text is cut", arguments: 1...8)
  func cuts(step: Int) {
    let text = Array(#" {"data":[{"a":"]\""},{"data":[{}]}],"b":{"data":[3]}} {"c":1}"#.utf8)
    var scan = JSONObjectScan()
    var kept = 0
    var found: [String] = []
    var end = 0
    while end < text.count {
      end = min(end + step, text.count)
      var isMore = false
      while !isMore {
        Array(text[kept..<end]).withUnsafeBytes { bytes in
          switch scan.next(in: bytes) {
          case .object(let range):
            found.append(String(decoding: bytes[range], as: UTF8.self))
            scan.drop(range.upperBound)
            kept += range.upperBound
          case .needsMoreBytes(let count):
            scan.drop(count)
            kept += count
            isMore = true
          case .broken:
            Issue.record("broken")
            isMore = true
          }
        }
      }
    }
    #expect(found == [#"{"a":"]\""}"#, #"{"data":[{}]}"#, #"{"data":[3]}"#, #"{"c":1}"#])
    #expect(!scan.isOpen)
  }

  @Test("a row is kept as it stands behind the name of its map, which the log gets first")
  func rows() throws {
    let options = try map(
      "columns: {start: Beginn, end: Ende, energy: kWh, token: Karte}\ntime_zone: Europe/Berlin")
    let path = try directory.write(
      "table.csv",
      "Beginn;Ende;kWh;Karte\r\n2026-01-12 09:00;2026-01-12 10:00;1.5;\"a \"\"b\"\"\"\r\n\r\nx;;;\r\n"
    )
    let source = try RecordedHistory.open(path: path, options: options)
    let records = try source.all()
    let body = try #require(records.first?.body)
    #expect(body.hasSuffix("\n2026-01-12 09:00;2026-01-12 10:00;1.5;\"a \"\"b\"\"\""))
    let map = try #require(source.tableMap)
    #expect(map.withUnsafeBytes { SessionTableMap.name(ofBody: $0) } == body.prefix(32))
    #expect(records.map(\.rejection) == [nil, .unreadableTime("x")])
    #expect(records.first?.description.hasPrefix("2: CP-1 2026-01-12T09:00:00.000Z none") == true)
  }

  @Test("rows of JSON come as an array or as lines")
  func jsonRows() throws {
    let options = try map("columns: {start: from, duration: minutes, energy: kWh}")
    let rows = [
      #"{"from":"2026-01-12T08:00:00Z","minutes":30,"kWh":1}"#,
      #"{"from":"2026-01-12T09:00:00Z","minutes":30,"kWh":1}"#,
    ]
    for text in ["[\(rows[0]), \(rows[1])]", rows.joined(separator: "\n")] {
      let records = try read(text, options)
      #expect(records.compactMap { $0.body?.dropFirst(33) } == rows.map { $0[...] })
    }
  }

  @Test("a column that the table does not have is told with those that it has")
  func unknownColumn() throws {
    let options = try map("columns: {start: Beginn, end: Schluss}")
    let error = #expect(throws: InputError.self) { try read("Beginn,Ende\n1,2\n", options) }
    #expect(error?.description.contains("no column \"Schluss\"") == true)
    #expect(error?.description.contains("Beginn, Ende") == true)
  }

  @Test(
    "a mistake in a map is told with its place",
    arguments: [
      ("columns: {start: s, colour: c}", "columns.colour: unknown key"),
      ("columns: {start: []}", "columns.start: name at least one column"),
      ("columns: {start: s}\nenergy_unit: kW", ":2: energy_unit: expected one of Wh, kWh, MWh"),
      ("columns: {start: s}\ncurrency: Euros", "currency: expected three letters"),
      ("columns: {start: s}\nconnectors: {left: one}", "connectors.left: "),
      ("columns: {start: s}\ntime_layout: [HH]", "time_layout[0]: must have month"),
      ("columns: {start: s}\ntime_zone: Mars/Crater", "time_zone: "),
      (
        "columns: {start: s}\ndecimal_point: ','\nthousands_separator: ','",
        "thousands_separator: it cannot be the decimal point as well"
      ),
    ])
  func mapMistakes(map: String, message: String) throws {
    let path = try directory.write("map.yaml", map)
    let error = #expect(throws: PublishedFileError.self) { try ColumnMapFile.read(path: path) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("the examples of the schema are maps")
  func examples() throws {
    let schema = String(
      decoding: try Fixtures.bytes("../../Schemas/session-table.schema.json"), as: UTF8.self)
    let parts = schema.split(separator: "\"examples\": [\n").dropFirst().first?
      .split(separator: "\n  ],").first
    // A sequence of YAML needs its brackets; each example is read alone.
    let examples = try #require(parts).split(separator: "\n    },").map { part in
      part.hasSuffix("}") ? String(part) : part + "\n    }"
    }
    #expect(examples.count == 2)
    for example in examples {
      let read = try #require(try map(example).sessionTable, "\(example)")
      #expect(read.timeZone != nil && read.columns[.start] != nil)
    }
  }

  @Test("a table without a header has columns by number")
  func noHeader() throws {
    var options = try map(
      "columns: {id: 1, start: 2, duration: 3, energy: 4}\nheader: false\ndelimiter: tab")
    options.timeZone = try TimeZoneTable.system(named: "Europe/Berlin")
    let records = try read("A\t2026-01-12 08:00\t90\t7.5\nB\t2026-01-12 10:00\t90\t1\n", options)
    #expect(records.map(\.rejection) == [nil, nil])
    #expect(
      records.first?.description.hasPrefix("1: CP-1 2026-01-12T08:30:00.000Z none") == true)
  }

  @Test("the map of the documentation is one")
  func documented() throws {
    let page = String(decoding: try Fixtures.bytes("../../docs/importing.md"), as: UTF8.self)
    let maps = page.split(separator: "```").filter { $0.hasPrefix("yaml\n") }
    let text = try #require(maps.dropFirst().first).dropFirst(5)
    let options = try map(String(text))
    let read = try #require(options.sessionTable)
    #expect(read.columns[.start]?.count == 2 && read.connectorNames.count == 2)
    #expect(read.numbers.decimalPoint == .comma && read.timeLayouts.count == 2)
  }
}
