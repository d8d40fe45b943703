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
}

extension Power {
  /// Exact kilowatts as a JSON number without trailing zeros.
  fileprivate var kilowatts: String {
    DecimalNumber(coefficient: Int128(milliwatts), exponent: -6).normalized.description
  }
}
