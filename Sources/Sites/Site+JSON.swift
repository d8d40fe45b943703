import JSON
import Quantities

extension Site {
  /// The keys of a site file, as its schema has them.
  static let keys = [
    "id", "name", "time_zone", "country", "capacity_kw", "effective_from", "stations",
  ]

  /// Reads a site file: JSON, or YAML turned into it.
  ///
  /// - Throws: ``InvalidFact`` with everything that is not shaped as the schema says. Whether the
  ///   values make sense is told by ``problems``.
  public init(json: JSONValue) throws(InvalidFact) {
    var list = ProblemList()
    let reader = JSONReader(json)
    list.noteUnknownKeys(of: reader, besides: Site.keys)
    let site = Site(reader, &list)
    try list.check()
    self = site
  }

  /// Reads what is there and notes what is wrong.
  init(_ reader: JSONReader, _ list: inout ProblemList) {
    self.init(
      id: list.noting { () throws(JSONPathError) in try reader.required("id").string() } ?? "",
      timeZone: list.noting { () throws(JSONPathError) in
        try reader.required("time_zone").string()
      } ?? "")
    name = list.string("name", of: reader)
    country = list.string("country", of: reader)
    capacity = list.power("capacity_kw", of: reader)
    effectiveFrom = list.moment("effective_from", of: reader)
    for station in list.elements("stations", of: reader) {
      stations.append(Station(station, &list))
    }
  }
}

extension Site.Station {
  fileprivate init(_ reader: JSONReader, _ list: inout ProblemList) {
    list.noteUnknownKeys(of: reader, besides: ["id", "name", "connectors"])
    self.init(
      id: list.noting { () throws(JSONPathError) in try reader.required("id").string() } ?? "")
    name = list.string("name", of: reader)
    for connector in list.elements("connectors", of: reader) {
      connectors.append(Site.Connector(connector, &list))
    }
  }
}

extension Site.Connector {
  fileprivate init(_ reader: JSONReader, _ list: inout ProblemList) {
    list.noteUnknownKeys(of: reader, besides: ["evse", "connector", "max_power_kw", "standard"])
    let range = Int64(Int32.min)...Int64(Int32.max)
    let number = list.noting { () throws(JSONPathError) in
      try reader.required("connector").int(in: range)
    }
    let evse = list.noting { () throws(JSONPathError) in
      try reader.optional("evse")?.int(in: range)
    }
    self.init(
      evse: evse.map { Int32(truncatingIfNeeded: $0) },
      connector: Int32(truncatingIfNeeded: number ?? 0),
      maxPower: list.power("max_power_kw", of: reader),
      standard: list.string("standard", of: reader))
  }
}

extension ProblemList {
  mutating func string(_ key: String, of reader: JSONReader) -> String? {
    noting { () throws(JSONPathError) in try reader.optional(key)?.string() }
  }

  /// The elements of an optional array.
  mutating func elements(_ key: String, of reader: JSONReader) -> [JSONReader] {
    noting { () throws(JSONPathError) in try reader.optional(key)?.elements() } ?? []
  }

  /// Kilowatts, exact to the milliwatt.
  mutating func power(_ key: String, of reader: JSONReader) -> Power? {
    noting { () throws(JSONPathError) in
      guard let value = try reader.optional(key) else { return nil }
      guard let milliwatts = try value.decimal().scaled(toPowerOfTen: -6) else {
        throw value.error("expected kilowatts with at most 6 decimals and below 9 terawatts")
      }
      return Power(milliwatts: milliwatts)
    }
  }

  /// A timestamp, or a bare date for its midnight on the site's clocks.
  mutating func moment(_ key: String, of reader: JSONReader) -> Instant.Parsed? {
    noting { () throws(JSONPathError) in
      guard let value = try reader.optional(key) else { return nil }
      let text = try value.string()
      if let date = CivilDate(text) {
        return .local(LocalTime(date: date, millisecondsOfDay: 0))
      }
      guard let parsed = value.value.text.flatMap({ Instant.parse(rfc3339: $0) }) else {
        throw value.error("expected a date or time such as 2025-10-01 or 2025-10-01T00:00:00Z")
      }
      return parsed
    }
  }
}
