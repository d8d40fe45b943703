import ChargerEvents
import Projections
import Quantities
import Sessions
import Sites

/// A session, with what its rows need besides.
struct ExportedSession {
  var key: UInt64
  var entry: SessionEntry
  /// See ``ExportedSession/fingerprint(of:at:)``.
  var fingerprint: UInt64
  var session: Session { entry.session }
}

extension ExportCatalog {
  static let sessions = ExportTable<ExportedSession>(
    "sessions", "Charging sessions, as the log so far tells them.", scope: .session,
    key: ["session_key"],
    indexes: [["session_id"], ["station", "started_at"], ["site_id", "started_at"], ["token"]],
    identityOfSession + courseOfSession + energyOfSession + accountOfSession)

  private static let identityOfSession: [Column<ExportedSession>] = [
    .position(
      "session_key", "The position of the record that opened it. The tables below refer to it."
    ) { $0.key },
    .text("session_id", "32 hexadecimal digits that name it for ever.") {
      $0.session.id.description
    },
    .text(
      "site_id", "Where it took place.", null: "no site lists the station", references: "sites"
    ) { $0.entry.placement?.siteID },
    .text("station", "The station.", references: "stations") { $0.entry.stationName },
    .integer("evse", "The EVSE.", null: "not told") { $0.session.evse.map { Int64($0) } },
    .integer("connector", "The connector.", null: "not told") {
      $0.session.connector.map { Int64($0) }
    },
    .text("transaction_id", "The charger's or the back end's name of it.", null: "none was given") {
      $0.session.transactionID.isEmpty ? nil : $0.session.transactionID
    },
    .text("token", "Who charged.", null: "not told") { $0.session.token },
  ]

  private static let courseOfSession: [Column<ExportedSession>] = [
    .text("state", "`open` or `closed`.") { $0.session.state.name },
    .instant("started_at", "When it began.") { $0.session.startedAt },
    .instant("ended_at", "When it ended.", null: "it is open") { $0.session.endedAt },
    .integer("duration_ms", "From the start to the end, ms.", null: "it is open") {
      let start = $0.session.startedAt
      return $0.session.endedAt?.milliseconds(since: start)
    },
    .text("stop_reason", "As the charger said it.", null: "it is open, or nothing was said") {
      $0.session.stopReason
    },
    .text(
      "closed_by",
      "`stop`, `silence`, `next_transaction`, `connector_freed`, `refused`.", null: "it is open"
    ) { $0.session.closing?.name },
    .boolean("estimated", "The end was not reported but concluded.") { $0.session.isEstimated },
    .boolean("void", "It was taken back and has no price.") { $0.session.isVoid },
  ]

  private static let energyOfSession: [Column<ExportedSession>] = [
    .integer("energy_wh", "The energy, Wh, rounded half to even.") { $0.session.energy.wattHours },
    .integer("energy_mwh", "The energy, mWh.") { $0.session.energy.milliwattHours },
    .text(
      "energy_evidence",
      "`start_and_stop`, `begin_and_end`, `samples`, `imported_total` or `none`."
    ) { $0.session.energyEvidence.name },
    .text("grain", "How finely the log tells it: `frames`, `periods` or `total`.") {
      $0.session.grain.name
    },
    .integer("exported_mwh", "What the vehicle fed back, mWh. Not taken off the energy.") {
      $0.session.exportedEnergy.milliwattHours
    },
    .integer("energy_after_stop_mwh", "What flowed on after the stop, mWh.") {
      $0.session.energyAfterEnd.milliwattHours
    },
    .integer("meter_start_mwh", "The register at the start, mWh.", null: "not told") {
      $0.session.meterStart?.milliwattHours
    },
    .integer("meter_stop_mwh", "The register at the stop, mWh.", null: "not told") {
      $0.session.meterStop?.milliwattHours
    },
  ]

  private static let accountOfSession: [Column<ExportedSession>] = [
    .text("billed_currency", "ISO 4217, of what an imported record says was billed.", null: "none")
    { $0.session.billed.map { "\($0.currency)" } },
    .decimal("billed_excl_vat", "What it says was billed, without VAT.", null: "not told") {
      $0.session.billed?.exclVATText
    },
    .decimal("billed_incl_vat", "What it says was billed, with VAT.", null: "not told") {
      $0.session.billed?.inclVATText
    },
    .text("split_from", "The id of the session that it was split from by hand.", null: "none") {
      $0.session.splitFrom?.description
    },
    .position("last_position", "The last record that changed it.") { $0.session.lastPosition },
    .instant("last_received_at", "When its last record was received.") {
      $0.session.lastReceivedAt
    },
    .integer("fingerprint", "Changes whenever any of its rows does.") {
      Int64(bitPattern: $0.fingerprint)
    },
  ]
}

extension BilledAmount {
  fileprivate var exclVATText: String? { exclVAT?.decimalString(in: currency) }
  fileprivate var inclVATText: String? { inclVAT?.decimalString(in: currency) }
}

/// What a session costs.
struct CostRow {
  var key: UInt64
  var cost: SessionCost

  fileprivate var price: SessionPrice? {
    if case .priced(let price) = cost { price } else { nil }
  }
}

extension ExportCatalog {
  static let costs = ExportTable<CostRow>(
    "costs",
    "What sessions cost under the tariff in force. A refused start has no row.", scope: .session,
    key: ["session_key"], indexes: [["tariff_position"]],
    [
      .position("session_key", "The session.", references: "sessions") { $0.key },
      .text("unpriced_reason", "`no_site`, `no_tariff`, `out_of_range` or `void`.", null: "priced")
      {
        if case .unpriced(let cause) = $0.cost { cause.code } else { nil }
      },
      .text("currency", "ISO 4217.", null: "unpriced") { $0.price.map { "\($0.currency)" } },
      .decimal("excl_vat", "The price without VAT, rounded as a bill shows it.", null: "unpriced") {
        $0.price.map { $0.exclVAT.decimalString(in: $0.currency) }
      },
      .decimal("incl_vat", "The price with VAT, rounded as a bill shows it.", null: "unpriced") {
        $0.price.map { $0.inclVAT.decimalString(in: $0.currency) }
      },
      .integer("excl_vat_minor", "`excl_vat` in minor units (cents).", null: "unpriced") {
        $0.price.flatMap { $0.exclVAT.minorUnits(of: $0.currency) }.flatMap { Int64(exactly: $0) }
      },
      .integer("incl_vat_minor", "`incl_vat` in minor units (cents).", null: "unpriced") {
        $0.price.flatMap { $0.inclVAT.minorUnits(of: $0.currency) }.flatMap { Int64(exactly: $0) }
      },
      .decimal(
        "excl_vat_exact", "The price without VAT before rounding, to 18 decimals.",
        null: "unpriced"
      ) { $0.price.map { $0.exclVAT.exactDecimalString } },
      .decimal(
        "incl_vat_exact", "The price with VAT before rounding, to 18 decimals.", null: "unpriced"
      ) { $0.price.map { $0.inclVAT.exactDecimalString } },
      .text("tariff_id", "The tariff.", null: "unpriced") { $0.price?.tariffID },
      .position(
        "tariff_position", "The publication that gave the price.", null: "unpriced",
        references: "tariffs"
      ) { $0.price?.tariffPosition ?? 0 },
      .boolean("backdated", "The tariff was published after the session had started.") {
        $0.price?.isBackdated ?? false
      },
    ])
}
