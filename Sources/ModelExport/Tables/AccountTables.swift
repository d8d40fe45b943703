import Quantities
import Sessions

/// A finding of a session.
struct SessionFinding {
  var key: UInt64
  var finding: Finding
}

extension ExportCatalog {
  static let findings = ExportTable<SessionFinding>(
    "findings", "What was odd about sessions.", scope: .session, key: ["session_key", "code"],
    indexes: [["code"]],
    [
      .position("session_key", "The session.", references: "sessions") { $0.key },
      .text("code", "One of [findings.md](findings.md).") { $0.finding.code.word },
      .text("severity", "`info`, `warning` or `error`.") { $0.finding.code.severity.name },
      .integer("count", "How often it was seen.") { Int64($0.finding.count) },
    ])
}

/// A record that shows a finding of a session.
struct FindingPosition {
  var key: UInt64
  var code: FindingCode
  var number: Int64
  var position: UInt64
}

extension ExportCatalog {
  static let findingPositions = ExportTable<FindingPosition>(
    "finding_positions", "The first records that show the findings of sessions.", scope: .session,
    key: ["session_key", "code", "n"],
    [
      .position("session_key", "The session.", references: "sessions") { $0.key },
      .text("code", "The finding.") { $0.code.word },
      .integer("n", "The place among the records, from 0.") { $0.number },
      .position("position", "The record.") { $0.position },
    ])
}

/// Another name of a session.
struct SessionAlias {
  enum Kind: String {
    case transactionID = "transaction_id"
    case mergedSession = "merged_session"
  }
  var key: UInt64
  var kind: Kind
  var number: Int64
  var name: String
}

extension ExportCatalog {
  static let aliases = ExportTable<SessionAlias>(
    "session_aliases", "Other names of sessions.", scope: .session,
    key: ["session_key", "kind", "n"],
    [
      .position("session_key", "The session.", references: "sessions") { $0.key },
      .text(
        "kind",
        "`transaction_id` that the back end gave to a repeated start, or `merged_session`: the id "
          + "of a session that was merged into it by hand."
      ) { $0.kind.rawValue },
      .integer("n", "The place among its names of this kind, from 0.") { $0.number },
      .text("name", "The name.") { $0.name },
    ])
}

extension ExportCatalog {
  static let revisions = ExportTable<Part<Session.Revision>>(
    parts: "revisions", "What was told of closed sessions before late records changed it.",
    [
      .position("position", "The first record that changed it.") { $0.element.position },
      .instant("received_at", "When that record was received.") { $0.element.receivedAt },
      .text("state", "Before: `open` or `closed`.") { $0.element.before.state.name },
      .instant("started_at", "The start before.") { $0.element.before.startedAt },
      .instant("ended_at", "The end before.", null: "it was open") { $0.element.before.endedAt },
      .boolean("estimated", "The end before was concluded.") { $0.element.before.isEstimated },
      .integer("energy_mwh", "The energy before, mWh.") {
        $0.element.before.energy.milliwattHours
      },
      .text("energy_evidence", "What it rested on.") { $0.element.before.energyEvidence.name },
      .text("token", "The token before.", null: "not told") { $0.element.before.token },
      .text("stop_reason", "The reason before.", null: "not told") {
        $0.element.before.stopReason
      },
      .boolean("void", "It was void before.") { $0.element.before.isVoid },
    ])
}

extension FindingCode {
  private static let words = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, $0.name) })

  /// The ``Sessions/FindingCode/name``, made once.
  var word: String { Self.words[self] ?? name }
}
