import ChargerEvents
import EventLog
import JSON
import SessionRecords

extension Facts {
  /// What the body of an event says about a whole session; nil if it cannot be read, or its table's
  /// map is not in the log.
  func sessionRecord(
    _ kind: EventKind, _ body: UnsafeRawBufferPointer, parser: JSONParser
  ) -> SessionRecord? {
    switch kind {
    case .tableRow:
      guard let (name, row) = SessionTableRow.parts(ofBody: body), let map = tableMaps[name] else {
        return nil
      }
      return (try? SessionTableRow(row, map: map, parser: parser))?.record
    case .cdr, .ocpiSession:
      guard let object = try? parser.parse(body) else { return nil }
      return (try? OCPIRecord(kind == .cdr ? .cdr : .session, object))?.record
    default:
      return nil
    }
  }
}
