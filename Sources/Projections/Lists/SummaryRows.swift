import Bytes
import ChargerEvents
import Quantities
import Sessions
import Sites

/// The `summaries` table: of each session just what lists are filtered and sorted by and totals are
/// made of, so small that all of them are scanned faster than the sessions of one page could be found
/// otherwise.
struct SummaryRows: SessionTable {
  let name = "summaries"
  let version = 2
  let dependsOnFacts = true

  init() {}

  func writeRow(for session: Session, in context: RowContext, into row: inout ByteWriter) {
    var summary = SessionSummary(session)
    if !session.wasRefused, case .priced(let price) = context.rowCost(of: session) {
      summary.set(price)
    }
    summary.encode(into: &row)
    for code in Set(context.findings(of: session).map(\.code.rawValue)).sorted() {
      row.write(code)
    }
  }
}

extension RowContext {
  /// The findings of a session of ``stationName``, that of its place among them.
  fileprivate func findings(of session: Session) -> [Finding] {
    let placement = facts.placement(ofStation: stationName, at: session.startedAt)
    let power = placement?.maxPower(evse: session.evse, connector: session.connector)
    guard let power else { return session.findings }
    var judged = session
    judged.judge(connectorPower: power)
    return judged.findings
  }
}
