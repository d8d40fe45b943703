import Bytes
import JSON
import Quantities

extension SessionTableMap {
  private static let fileKeys = [
    "columns", "connectors", "currency", "decimal_point", "delimiter", "duration_unit",
    "energy_unit", "header", "thousands_separator", "time_layout", "time_zone",
  ]

  /// Whether an object of `columns` is of a table of sessions rather than of a log of frames.
  public static func describes(columns: JSONValue) -> Bool {
    ["start", "end"].contains { columns[name: $0] != nil }
  }

  /// Reads a map as a person writes it.
  ///
  /// - Parameter zone: looks up the table of a time zone.
  public init(
    _ reader: JSONReader, zone: (String) throws(TimeZoneTableError) -> TimeZoneTable
  ) throws(JSONPathError) {
    try reader.refuseUnknownKeys(Self.fileKeys)
    try self.init(members: reader)
    timeZone = try reader.optional("time_zone")?.timeZone(zone)
  }

  /// Reads the body of the event that keeps a map: what ``body`` wrote.
  public init(body reader: JSONReader) throws(JSONPathError) {
    try reader.refuseUnknownKeys(Self.fileKeys + ["column_count", "rows", "zone_table"])
    try self.init(members: reader)
    columnCount = try reader.optional("column_count").map { (count) throws(JSONPathError) in
      Int(try count.int(in: 1...256))
    }
    rowFormat = try reader.required("rows").choice(RowFormat.allCases.map { ($0.rawValue, $0) })
    if let table = try reader.optional("zone_table") {
      timeZone = try TimeZoneTable(name: try reader.required("time_zone").string(), table)
    }
  }

  private init(members reader: JSONReader) throws(JSONPathError) {
    let columns = try reader.required("columns")
    try columns.refuseUnknownKeys(Field.allCases.map(\.rawValue))
    self.init(columns: [:])
    for field in Field.allCases {
      self.columns[field] = try columns.optional(field.rawValue)?.columns()
    }
    guard self.columns[.start] != nil || self.columns[.end] != nil else {
      throw columns.error("name the column of the start or the end")
    }
    if let layout = try reader.optional("time_layout") {
      timeLayouts = try layout.timeLayouts()
    }
    numbers = try TableNumberStyle(reader)
    if let unit = try reader.optional("energy_unit") {
      energyUnit = try unit.choice(EnergyUnit.allCases.map { ($0.rawValue, $0) })
    }
    if let unit = try reader.optional("duration_unit") {
      durationUnit = try unit.choice(DurationUnit.allCases.map { ($0.rawValue, $0) })
    }
    if let code = try reader.optional("currency") {
      guard let known = CurrencyCode(try code.string()) else {
        throw code.error("expected three letters, such as EUR")
      }
      currency = known
    }
    connectorNames = try reader.optional("connectors")?.connectors() ?? [:]
    delimiter = try reader.optional("delimiter")?.delimiter()
    hasHeader = try reader.optional("header")?.bool() ?? true
  }

  /// The map as the body of an event: canonical, so that equal maps have equal bytes.
  public var body: [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("column_count", columnCount)
      json.object("columns") { json in
        for field in Field.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
          guard let list = columns[field] else { continue }
          json.array(field.rawValue) { json in for column in list { json.write(column) } }
        }
      }
      json.object("connectors") { json in
        for (name, number) in connectorNames.sorted(by: { $0.key < $1.key }) {
          json.member(name, number)
        }
      }
      json.member("currency", currency?.description)
      json.member("decimal_point", numbers.decimalPoint.rawValue)
      if let delimiter {
        json.member("delimiter", delimiter == 0x09 ? "tab" : String(UnicodeScalar(delimiter)))
      }
      json.member("duration_unit", durationUnit.rawValue)
      json.member("energy_unit", energyUnit.rawValue)
      json.member("header", hasHeader)
      json.member("rows", rowFormat.rawValue)
      json.member("thousands_separator", numbers.thousandsSeparator?.rawValue)
      json.array("time_layout") { json in for layout in timeLayouts { json.string(layout.text) } }
      if let timeZone {
        json.member("time_zone", timeZone.name)
        json.object("zone_table") { $0.writeMembers(of: timeZone) }
      }
    }
    return json.bytes
  }

  /// The name of a map in its rows: half of the SHA-256 of its ``body`` as 32 hexadecimal digits.
  public static func name(ofBody body: UnsafeRawBufferPointer) -> String {
    String(SHA256Hasher.digest(of: body).description.prefix(32))
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ column: TableColumn) {
    switch column {
    case .named(let name): string(name)
    case .numbered(let number): integer(number)
    }
  }
}

extension JSONReader {
  /// One layout, or a list of them.
  fileprivate func timeLayouts() throws(JSONPathError) -> [TableTimeLayout] {
    guard value.kind == .array else { return [try timeLayout()] }
    let list = try elements().map { (element) throws(JSONPathError) in try element.timeLayout() }
    guard !list.isEmpty else { throw error("name at least one layout") }
    return list
  }

  fileprivate func connectors() throws(JSONPathError) -> [String: Int32] {
    try expect(.object)
    var numbers: [String: Int32] = [:]
    for member in value.members {
      let name = String(decoding: member.name, as: UTF8.self)
      let number = JSONReader(member.value, path: "\(path).\(name)")
      numbers[name] = Int32(try number.int(in: 0...Int64(Int32.max)))
    }
    return numbers
  }
}
