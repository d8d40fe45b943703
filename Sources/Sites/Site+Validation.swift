import Quantities

extension Site {
  /// Everything that keeps this site from being published, in the order of the file; empty if it is
  /// sound. Whether the time zone exists is for ``SiteFact/init(publishing:zone:)`` to find out.
  public var problems: [InvalidFact.Problem] {
    var list = ProblemList()
    list.checkID(id, path: "id")
    if !TimeZoneTable.isZoneName(timeZone) {
      list.add("time_zone", TimeZoneTableError.badName(timeZone).description)
    }
    if let country, !Site.isCountryCode(country) {
      list.add("country", "expected two or three upper-case letters of ISO 3166-1")
    }
    if let capacity, capacity.milliwatts < 0 {
      list.add("capacity_kw", "a capacity cannot be negative")
    }
    var firstIndex: [String: Int] = [:]
    for (index, station) in stations.enumerated() {
      let path = "stations[\(index)]"
      list.checkID(station.id, path: "\(path).id")
      if let first = firstIndex[station.id] {
        list.add("\(path).id", "\"\(station.id)\" is stations[\(first)] already")
      } else {
        firstIndex[station.id] = index
      }
      list.add(station.problems(path: path))
    }
    return list.problems
  }

  private static func isCountryCode(_ text: String) -> Bool {
    2...3 ~= text.utf8.count
      && text.utf8.allSatisfy { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
  }
}

extension Site.Station {
  /// What is wrong with the connectors.
  fileprivate func problems(path: String) -> [InvalidFact.Problem] {
    var list = ProblemList()
    for (index, connector) in connectors.enumerated() {
      let place = "\(path).connectors[\(index)]"
      if let evse = connector.evse, evse < 1 {
        list.add("\(place).evse", "EVSEs are numbered from 1")
      }
      if connector.connector < 1 {
        list.add("\(place).connector", "connectors are numbered from 1")
      }
      if let power = connector.maxPower, power.milliwatts <= 0 {
        list.add("\(place).max_power_kw", "the power must be greater than 0")
      }
      let first = connectors.firstIndex {
        $0.evse == connector.evse && $0.connector == connector.connector
      }
      if let first, first < index {
        list.add(place, "the same EVSE and connector as \(path).connectors[\(first)]")
      }
    }
    return list.problems
  }
}

extension ProblemList {
  /// An identifier must be there, must fit a key, and must be one that people can see.
  mutating func checkID(_ id: String, path: String) {
    if id.utf8.allSatisfy({ $0 <= UInt8(ascii: " ") }) {
      add(path, "must not be empty")
    } else if id.utf8.count > 128 {
      add(path, "must be at most 128 bytes long")
    } else if id.utf8.contains(where: { $0 < UInt8(ascii: " ") || $0 == 0x7F }) {
      add(path, "must not hold control characters")
    }
  }
}
