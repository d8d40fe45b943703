import Bytes
import EventLog
import Projections
import Sessions
import Sites
import Tariffs

/// All tables of an export. A table refers only to tables before it.
enum ExportCatalog {
  static let tables: [TableDescription] = [
    header.description, sites.description,
    stations.description, connectors.description,
    tariffs.description, stationFindings.description,
    connectorStates.description, stationFaults.description,
    sessions.description, costs.description,
    chargingPeriods.description, readings.description,
    states.description, messages.description,
    energyReadings.description, findings.description,
    findingPositions.description, aliases.description,
    revisions.description,
  ]

  static func table(_ name: String) -> TableDescription? { tables.first { $0.name == name } }
}

extension RowBatch {
  // The places of tables in ``ExportCatalog/tables``.
  private enum Place {
    static let header = 0
    static let sites = 1
    static let stations = 2
    static let connectors = 3
    static let tariffs = 4
    static let stationFindings = 5
    static let connectorStates = 6
    static let stationFaults = 7
    static let sessions = 8
    static let costs = 9
    static let chargingPeriods = 10
    static let readings = 11
    static let states = 12
    static let messages = 13
    static let energyReadings = 14
    static let findings = 15
    static let findingPositions = 16
    static let aliases = 17
    static let revisions = 18
  }

  mutating func add(_ header: ExportHeader) {
    ExportCatalog.header.append(header, to: &tables[Place.header])
  }

  /// Adds the rows that belong to no session.
  mutating func addFacts(of snapshot: ModelSnapshot) throws {
    let (facts, now) = (snapshot.facts, snapshot.logTime)
    var names = snapshot.stationNames
    var known = Set(names)
    for id in facts.sites.siteIDs {
      guard let fact = facts.sites.fact(ofSite: id, at: now) else { continue }
      ExportCatalog.sites.append(fact, to: &tables[Place.sites])
      for station in fact.site.stations where known.insert(station.id).inserted {
        names.append(station.id)
      }
    }
    for name in names {
      add(
        ExportedStation(
          name: name, placement: facts.placement(ofStation: name, at: now),
          record: snapshot.stations[name] ?? StationRecord()))
    }
    for tariff in facts.tariffs.publications {
      ExportCatalog.tariffs.append(tariff, to: &tables[Place.tariffs])
    }
    try snapshot.forEachStationFinding { station, finding in
      ExportCatalog.stationFindings.append(
        StationFinding(station: station, finding: finding), to: &tables[Place.stationFindings])
    }
  }

  private mutating func add(_ station: ExportedStation) {
    ExportCatalog.stations.append(station, to: &tables[Place.stations])
    for (number, connector) in (station.placement?.station?.connectors ?? []).enumerated() {
      ExportCatalog.connectors.append(
        ListedConnector(station: station.name, number: Int64(number), connector: connector),
        to: &tables[Place.connectors])
    }
    for (number, connector) in station.record.connectors.enumerated() {
      ExportCatalog.connectorStates.append(
        ConnectorState(station: station.name, number: Int64(number), connector: connector),
        to: &tables[Place.connectorStates])
    }
    if let fault = station.record.lastFault {
      ExportCatalog.stationFaults.append(
        StationFault(station: station.name, fault: fault), to: &tables[Place.stationFaults])
    }
  }

  /// Adds all rows of a session.
  mutating func add(_ exported: ExportedSession, intervals: inout [SessionInterval]) {
    let (key, session) = (exported.key, exported.session)
    ExportCatalog.sessions.append(exported, to: &tables[Place.sessions])
    if let cost = exported.entry.cost, !session.wasRefused {
      ExportCatalog.costs.append(CostRow(key: key, cost: cost), to: &tables[Place.costs])
    }
    intervals.removeAll(keepingCapacity: true)
    // As the `usage` read model has it: nobody pays for these.
    if !session.wasRefused, !session.isVoid { session.appendIntervals(to: &intervals) }
    add(intervals, ExportCatalog.chargingPeriods, Place.chargingPeriods, key)
    var number: Int64 = 0
    for (readings, isSetAside) in [(session.readings, false), (session.setAside, true)] {
      for reading in readings {
        let element = ExportedReading(reading: reading, isSetAside: isSetAside)
        ExportCatalog.readings.append(
          Part(key: key, number: number, element: element), to: &tables[Place.readings])
        number += 1
      }
    }
    add(session.states, ExportCatalog.states, Place.states, key)
    add(session.messages, ExportCatalog.messages, Place.messages, key)
    add(session.energyPoints, ExportCatalog.energyReadings, Place.energyReadings, key)
    add(session.revisions, ExportCatalog.revisions, Place.revisions, key)
    addFindings(of: session, key)
    addAliases(of: session, key)
  }

  private mutating func add<Element>(
    _ elements: [Element], _ table: ExportTable<Part<Element>>, _ place: Int, _ key: UInt64
  ) {
    for (number, element) in elements.enumerated() {
      table.append(Part(key: key, number: Int64(number), element: element), to: &tables[place])
    }
  }

  private mutating func addFindings(of session: Session, _ key: UInt64) {
    for finding in session.findings {
      ExportCatalog.findings.append(
        SessionFinding(key: key, finding: finding), to: &tables[Place.findings])
      for (number, position) in finding.positions.enumerated() {
        ExportCatalog.findingPositions.append(
          FindingPosition(
            key: key, code: finding.code, number: Int64(number), position: position),
          to: &tables[Place.findingPositions])
      }
    }
  }

  private mutating func addAliases(of session: Session, _ key: UInt64) {
    let names = [
      (SessionAlias.Kind.transactionID, session.transactionAliases),
      (.mergedSession, session.mergedIDs.map(\.description)),
    ]
    for (kind, names) in names {
      for (number, name) in names.enumerated() {
        ExportCatalog.aliases.append(
          SessionAlias(key: key, kind: kind, number: Int64(number), name: name),
          to: &tables[Place.aliases])
      }
    }
  }
}
