import ChargerEvents
import Quantities
import Sessions

/// One of several things of a session.
struct Part<Element> {
  var key: UInt64
  /// From 0.
  var number: Int64
  var element: Element
}

extension ExportTable {
  /// A table of parts of sessions: their key and number come first.
  init<Element>(parts name: String, _ meaning: String, _ columns: [Column<Row>])
  where Row == Part<Element> {
    let key: [Column<Row>] = [
      .position("session_key", "The session.", references: "sessions") { $0.key },
      .integer("n", "The place in the session, from 0.") { $0.number },
    ]
    self.init(name, meaning, scope: .session, key: ["session_key", "n"], key + columns)
  }
}

extension ExportCatalog {
  static let chargingPeriods = ExportTable<Part<SessionInterval>>(
    parts: "charging_periods",
    "Sessions as pieces without gaps, as tariffs price them. A refused start and a void session "
      + "have none.",
    [
      .instant("started_at", "Inclusive.") { $0.element.start },
      .instant("ended_at", "Exclusive.") { $0.element.end },
      .integer("energy_mwh", "What flowed in it, mWh.") { $0.element.energy.milliwattHours },
      .text("activity", "`charging`, `suspended_ev` (parking) or `suspended_evse`.") {
        $0.element.activity.name
      },
      .integer("min_power_mw", "The least power, mW.", null: "unknown") {
        $0.element.minPower?.milliwatts
      },
      .integer("max_power_mw", "The greatest power, mW.", null: "unknown") {
        $0.element.maxPower?.milliwatts
      },
      .integer("min_current_ma", "The least current, mA.", null: "unknown") {
        $0.element.minCurrent?.milliamperes
      },
      .integer("max_current_ma", "The greatest current, mA.", null: "unknown") {
        $0.element.maxCurrent?.milliamperes
      },
    ])
}

/// A reading, and whether the curve has it.
struct ExportedReading {
  var reading: Session.Reading
  var isSetAside: Bool
}

extension ExportCatalog {
  static let readings = ExportTable<Part<ExportedReading>>(
    parts: "readings", "Meter readings: the curve, and behind it the readings that it leaves out.",
    [
      .instant("at", "When it was taken.") { $0.element.reading.at },
      .boolean("set_aside", "The curve leaves it out; a finding says why.") {
        $0.element.isSetAside
      },
      .integer(
        "energy_mwh", "What was delivered in the session so far, mWh.", null: "only power is known"
      ) { $0.element.reading.energy?.milliwattHours },
      .integer("power_mw", "The power, mW.", null: "not measured") {
        $0.element.reading.power?.milliwatts
      },
      .integer("current_ma", "The current, summed over the phases, mA.", null: "not measured") {
        $0.element.reading.current?.milliamperes
      },
      .integer("soc_percent", "The state of charge, %.", null: "not told") {
        $0.element.reading.stateOfChargePercent.map { Int64($0) }
      },
      .integer("register_mwh", "The import register, mWh.", null: "not told") {
        $0.element.reading.register?.milliwattHours
      },
      .integer("export_register_mwh", "The export register, mWh.", null: "not told") {
        $0.element.reading.exportRegister?.milliwattHours
      },
      .integer("interval_mwh", "The energy since the reading before, mWh.", null: "not told") {
        $0.element.reading.interval?.milliwattHours
      },
      .text("context", "Why it was taken: `periodic`, `clock`, `transaction_begin`…") {
        $0.element.reading.context.name
      },
      .boolean("signed", "The meter signed it.") { $0.element.reading.isSigned },
      .position("position", "The record that holds it.", null: "none does") {
        $0.element.reading.position
      },
    ])
}

extension ExportCatalog {
  static let states = ExportTable<Part<Session.StateChange>>(
    parts: "states", "Changes of the charging state.",
    [
      .instant("at", "When it changed.") { $0.element.at },
      .text("state", "As OCPP 2.x writes it: `Charging`, `SuspendedEV`…") { $0.element.state.name },
      .position("position", "The record that reported it.", null: "it was concluded") {
        $0.element.position
      },
    ])
}

extension ExportCatalog {
  static let messages = ExportTable<Part<Session.Message>>(
    parts: "messages", "The messages that shaped sessions, meter values alone excepted.",
    [
      .instant("at", "The station's time, or that of receipt.") { $0.element.at },
      .instant("received_at", "When it was received.") { $0.element.receivedAt },
      .text("kind", "`started`, `updated` or `ended`.") { $0.element.kind.name },
      .integer("seq_no", "The place in the transaction, OCPP 2.x.", null: "OCPP 1.6") {
        $0.element.sequence
      },
      .text("state", "The charging state that it reports.", null: "none") {
        $0.element.state?.name
      },
      .position("position", "The record.", null: "none") { $0.element.position },
    ])
}

extension ExportCatalog {
  static let energyReadings = ExportTable<Part<Session.EnergyPoint>>(
    parts: "energy_readings", "The registers that the energy of a session rests on.",
    [
      .text("role", "`begin`, `end`, `before_break` or `after_break`.") { $0.element.role.name },
      .instant("at", "When it was read.") { $0.element.at },
      .integer("register_mwh", "The register, mWh.", null: "none was shown") {
        $0.element.register?.milliwattHours
      },
      .position("position", "The record that shows it.", null: "none does") {
        $0.element.position
      },
    ])
}
