import Bytes
import Sessions

/// The `sessions` read model: every session whole, as the log so far tells it.
public struct SessionRows: SessionTable {
  public let name = "sessions"
  public let version = 2
  public let dependsOnFacts = false

  public init() {}

  public func writeRow(for session: Session, in context: RowContext, into row: inout ByteWriter) {
    session.encode(into: &row)
  }
}
