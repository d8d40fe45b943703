import ChargerEvents
import Projections
import Sessions
import Sites

/// A station, with where it stands at the log time of the export and what the log knows of it.
struct ExportedStation {
  var name: String
  var placement: Placement?
  var record: StationRecord
}

extension ExportCatalog {
  static let stations = ExportTable<ExportedStation>(
    "stations", "Stations that sent something or that a site lists, and what they say they are.",
    scope: .whole, key: ["station"], indexes: [["site_id"]],
    [
      .text("station", "The name by which it connects.") { $0.name },
      .text(
        "site_id", "Where it stands at the log time of the export.", null: "no site lists it",
        references: "sites"
      ) { $0.placement?.siteID },
      .text("name", "What the site calls it.", null: "not published") {
        $0.placement?.station?.name
      },
      .text("vendor", "Who made it.", null: "not told") { $0.record.vendor },
      .text("model", "The model.", null: "not told") { $0.record.model },
      .text("serial_number", "Of the station, else of its box.", null: "not told") {
        $0.record.serialNumber
      },
      .text("firmware_version", "Its firmware.", null: "not told") { $0.record.firmwareVersion },
      .count("boots", "How often it started.") { $0.record.boots },
      .instant("last_boot_at", "When it last started.", null: "it never did") {
        $0.record.lastBootAt
      },
      .text("last_boot_reason", "Why, in the words of OCPP 2.x.", null: "not told") {
        $0.record.lastBootReason
      },
      .instant("first_heard_at", "When its first frame was received.", null: "never heard") {
        $0.record.firstHeardAt
      },
      .instant("last_heard_at", "When its last frame was received.", null: "never heard") {
        $0.record.lastHeardAt
      },
      .count("frames_from_station", "Frames from it.") { $0.record.framesFromStation },
      .count("frames_to_station", "Frames to it.") { $0.record.framesToStation },
      .count("unreadable_frames", "Those of them that are not OCPP-J.") {
        $0.record.unreadableFrames
      },
      .count("session_records", "Records of whole sessions, which come without frames.") {
        $0.record.sessionRecords
      },
      .count("faults", "How often it, or a connector, became faulty or named another error.") {
        $0.record.faults
      },
    ])
}

/// What a connector of a station said last.
struct ConnectorState {
  var station: String
  var number: Int64
  var connector: StationRecord.Connector
}

extension ExportCatalog {
  static let connectorStates = ExportTable<ConnectorState>(
    "connector_states", "What connectors said last, as the stations number them.", scope: .whole,
    key: ["station", "n"],
    [
      .text("station", "The station.", references: "stations") { $0.station },
      .integer("n", "The place by EVSE and number, from 0.") { $0.number },
      .integer("evse", "The EVSE.", null: "the station numbers connectors only") {
        $0.connector.evse.map { Int64($0) }
      },
      .integer("connector", "The connector; 0 is the whole station (OCPP 1.6).", null: "not told") {
        $0.connector.connector.map { Int64($0) }
      },
      .text("status", "As OCPP writes it: `Available`, `SuspendedEV`…") {
        $0.connector.status.name
      },
      .instant("at", "The station's time if it can be right, or that of receipt.") {
        $0.connector.at
      },
      .text("error_code", "The error that it named (OCPP 1.6).", null: "none") {
        $0.connector.errorCode
      },
      .position("position", "The record that says so.") { $0.connector.position },
    ])
}

/// The last fault of a station.
struct StationFault {
  var station: String
  var fault: StationRecord.Fault
}

extension ExportCatalog {
  static let stationFaults = ExportTable<StationFault>(
    "station_faults", "The last fault of each station that had one.", scope: .whole,
    key: ["station"],
    [
      .text("station", "The station.", references: "stations") { $0.station },
      .instant("at", "The station's time if it can be right, or that of receipt.") { $0.fault.at },
      .integer("evse", "The EVSE.", null: "not told") { $0.fault.evse.map { Int64($0) } },
      .integer("connector", "The connector; 0 is the whole station (OCPP 1.6).", null: "not told") {
        $0.fault.connector.map { Int64($0) }
      },
      .text(
        "code",
        "The error code of OCPP 1.6; in 2.x the technical code, or the component that has a problem. "
          + "`Faulted` if only the status says it."
      ) { $0.fault.code },
      .text("vendor_code", "The vendor's own code.", null: "not told") { $0.fault.vendorCode },
      .text("info", "What the station said about it.", null: "not told") { $0.fault.info },
      .position("position", "The record that says so.") { $0.fault.position },
    ])
}

/// Something odd about a station apart from any session.
struct StationFinding {
  var station: String
  var finding: Finding
}

extension ExportCatalog {
  static let stationFindings = ExportTable<StationFinding>(
    "station_findings", "What was odd about stations apart from any session.", scope: .whole,
    key: ["station", "code"],
    [
      .text("station", "The station.", references: "stations") { $0.station },
      .text("code", "One of [findings.md](findings.md).") { $0.finding.code.word },
      .text("severity", "`info`, `warning` or `error`.") { $0.finding.code.severity.name },
      .integer("count", "How often it was seen.") { Int64($0.finding.count) },
      .position("first_position", "The first record that shows it.", null: "none does") {
        $0.finding.positions.first ?? 0
      },
    ])
}
