import EventLog
import Quantities
import Sites
import Tariffs

/// What an export says of itself.
struct ExportHeader: Sendable, Hashable {
  /// The layout of the tables that this release writes. Raise it when a table changes.
  static let currentLayout: Int64 = 2

  enum State: String, Sendable {
    /// A first export into a database is under way, or was stopped: rows are missing.
    case loading
    case complete
  }

  var state = State.complete
  var ledgerUUID: String
  var position: UInt64
  var logTime: Instant?
  var program: String
  var readModels: String
  /// Which sessions were asked for; nil means all.
  var selection: String?
}

extension ExportCatalog {
  static let header = ExportTable<ExportHeader>(
    "wattledger_export", "What this export is: one row.", scope: .whole, key: ["id"],
    [
      .integer("id", "Always 1.") { _ in 1 },
      .integer("layout", "The layout of the tables, as this page describes it.") { _ in
        ExportHeader.currentLayout
      },
      .text(
        "state",
        "`complete`, or `loading` while a first export into a database is under way or was stopped."
      ) { $0.state.rawValue },
      .text("ledger_uuid", "The ledger that the rows come from.") { $0.ledgerUUID },
      .integer("position", "The last record of the log that the rows are made of.") {
        Int64(clamping: $0.position)
      },
      .instant("log_time", "The log time that timers have fired through.", null: "the log is empty")
      { $0.logTime },
      .text("program", "The version of `wattledger` that wrote it.") { $0.program },
      .text("read_models", "The read models and their versions.") { $0.readModels },
      .text("selection", "The options that choose sessions.", null: "all sessions") {
        $0.selection
      },
    ])
}

extension ExportCatalog {
  static let sites = ExportTable<SiteFact>(
    "sites", "Sites as they are at the log time of the export.", scope: .whole, key: ["site_id"],
    [
      .text("site_id", "The site's id.") { $0.site.id },
      .text("name", "Its name.", null: "not published") { $0.site.name },
      .text("time_zone", "The IANA time zone of its clocks.") { $0.site.timeZone },
      .text("country", "ISO 3166-1.", null: "not published") { $0.site.country },
      .integer("capacity_mw", "What the grid connection allows, mW.", null: "not published") {
        $0.site.capacity?.milliwatts
      },
    ])
}

/// A connector that a site lists.
struct ListedConnector {
  var station: String
  var number: Int64
  var connector: Site.Connector
}

extension ExportCatalog {
  static let connectors = ExportTable<ListedConnector>(
    "connectors", "Connectors as the sites list them.", scope: .whole, key: ["station", "n"],
    [
      .text("station", "The station.", references: "stations") { $0.station },
      .integer("n", "The place in the site's list, from 0.") { $0.number },
      .integer("evse", "The EVSE, from 1.", null: "the station numbers connectors only") {
        $0.connector.evse.map { Int64($0) }
      },
      .integer("connector", "The connector, from 1.") { Int64($0.connector.connector) },
      .integer("max_power_mw", "The greatest power, mW.", null: "not published") {
        $0.connector.maxPower?.milliwatts
      },
      .text("standard", "What plug it is.", null: "not published") { $0.connector.standard },
    ])
}

extension ExportCatalog {
  static let tariffs = ExportTable<PublishedTariff>(
    "tariffs", "Publications of tariffs.", scope: .whole, key: ["tariff_position"],
    [
      .position("tariff_position", "The position of the publication.") { $0.position },
      .text("tariff_id", "The tariff's id; several publications may have it.") {
        $0.publication.tariff.id
      },
      .text("currency", "ISO 4217.") { "\($0.publication.tariff.currency)" },
      .instant("published_at", "When it was published.") { $0.publishedAt },
      .instant("valid_from", "The first start of a session that it is for.", null: "any") {
        $0.validity.lowerBound == .distantPast ? nil : $0.validity.lowerBound
      },
      .instant("valid_to", "The first start that it is no longer for.", null: "no end") {
        $0.validity.upperBound == .distantFuture ? nil : $0.validity.upperBound
      },
      .text("assigned_to", "What it is for, in words.") {
        $0.publication.assignments.map { "\($0)" }.joined(separator: "; ")
      },
      .text("tariff_json", "The tariff as it was handed in (OCPI 2.2.1).") {
        String(decoding: $0.publication.tariffJSON, as: UTF8.self)
      },
    ])
}
