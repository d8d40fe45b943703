import JSON
import Quantities

extension SiteFact {
  /// The fact as the body of its event: the keys of a site file and `zone_table`, sorted, without
  /// white space. Equal facts have equal bytes.
  public var body: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      if let capacity = site.capacity { writer.member("capacity_kw", number: capacity.kilowatts) }
      if let country = site.country { writer.member("country", country) }
      if let effectiveFrom { writer.member("effective_from", effectiveFrom.rfc3339) }
      writer.member("id", site.id)
      if let name = site.name { writer.member("name", name) }
      writer.array("stations") { writer in
        for station in site.stations { writer.write(station) }
      }
      writer.member("time_zone", site.timeZone)
      writer.object("zone_table") { $0.writeMembers(of: zone) }
    }
    return writer.bytes
  }

  /// Reads the body of a site event.
  ///
  /// - Throws: ``InvalidFact`` if it is not JSON, not of this shape, or not sound.
  public init(body: UnsafeRawBufferPointer, parser: JSONParser) throws(InvalidFact) {
    let value: JSONValue
    do { value = try parser.parse(body) } catch { throw InvalidFact(error) }
    try self.init(json: value)
  }

  /// Reads the body of a site event that is parsed already; see ``init(body:parser:)``.
  public init(json: JSONValue) throws(InvalidFact) {
    var list = ProblemList()
    let reader = JSONReader(json)
    list.noteUnknownKeys(of: reader, besides: Site.keys + ["zone_table"])
    let site = Site(reader, &list)
    let zone = list.noting { () throws(JSONPathError) in
      try TimeZoneTable(name: site.timeZone, try reader.required("zone_table"))
    }
    try list.check()
    // Without a problem there is a table.
    try self.init(site: site, zone: zone ?? .utc)
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ station: Site.Station) {
    object { writer in
      writer.array("connectors") { writer in
        for connector in station.connectors { writer.write(connector) }
      }
      writer.member("id", station.id)
      if let name = station.name { writer.member("name", name) }
    }
  }

  fileprivate mutating func write(_ connector: Site.Connector) {
    object { writer in
      writer.member("connector", connector.connector)
      if let evse = connector.evse { writer.member("evse", evse) }
      if let power = connector.maxPower { writer.member("max_power_kw", number: power.kilowatts) }
      if let standard = connector.standard { writer.member("standard", standard) }
    }
  }

  /// Transitions are pairs of seconds: since the epoch, and east of UTC from then on.
  fileprivate mutating func writeMembers(of zone: TimeZoneTable) {
    member("offset_before_first", zone.offsetBeforeFirst)
    array("transitions") { writer in
      for transition in zone.transitions {
        writer.array { writer in
          writer.integer(transition.at.millisecondsSinceEpoch / 1000)
          writer.integer(transition.offsetSeconds)
        }
      }
    }
    member("tzdata_version", zone.tzdataVersion)
  }
}

extension TimeZoneTable {
  fileprivate init(name: String, _ reader: JSONReader) throws(JSONPathError) {
    let greatest = Int64(TimeZoneTable.greatestOffsetSeconds)
    let offsets = -greatest...greatest
    let range = Instant.formattableRange
    let seconds =
      range.lowerBound.millisecondsSinceEpoch / 1000...range.upperBound.millisecondsSinceEpoch
      / 1000
    var transitions: [Transition] = []
    for pair in try reader.required("transitions").elements() {
      let numbers = try pair.elements()
      guard numbers.count == 2 else { throw pair.error("expected two numbers of seconds") }
      transitions.append(
        Transition(
          at: Instant(millisecondsSinceEpoch: try numbers[0].int(in: seconds) * 1000),
          offsetSeconds: Int(try numbers[1].int(in: offsets))))
    }
    let version = try reader.required("tzdata_version").string()
    let before = try reader.required("offset_before_first").int(in: offsets)
    do {
      try self.init(
        name: name, tzdataVersion: version, offsetBeforeFirst: Int(before),
        transitions: transitions)
    } catch {
      throw reader.error(error.description)
    }
  }
}

extension Power {
  /// Exact kilowatts as a JSON number without trailing zeros.
  fileprivate var kilowatts: String {
    DecimalNumber(coefficient: Int128(milliwatts), exponent: -6).normalized.description
  }
}
