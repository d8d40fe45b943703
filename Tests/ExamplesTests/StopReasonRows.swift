import Bytes
import Projections
import Sessions

/// The `stop_reasons` read model: why each session ended. A session that is open, or whose station
/// gave no reason, has no row.
struct StopReasonRows: SessionTable {
  let name = "stop_reasons"
  let version = 1
  let dependsOnFacts = false

  func writeRow(for session: Session, in context: RowContext, into row: inout ByteWriter) {
    guard session.state == .closed, let reason = session.stopReason else { return }
    row.string(reason)
  }
}
