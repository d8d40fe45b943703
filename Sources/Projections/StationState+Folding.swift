import ChargerEvents
import EventLog
import JSON
import OCPP
import Quantities
import Sessions

/// What a worker reads records with. It owns the parsers, so it needs no locks.
struct RecordReader {
  let frames = FrameReader()
  /// For records of whole sessions.
  let documents = JSONParser()
}

extension StationState {
  /// Folds what a record of the station says. `facts` are asked for only where a record needs them:
  /// to copy them counts a reference for each of their tables.
  func apply(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer, reader: RecordReader,
    facts: @autoclosure () -> Facts, history: some SessionHistory, changes: inout SessionChanges
  ) throws {
    let stamp = EventStamp(position: envelope.position, receivedAt: envelope.receivedAt)
    if envelope.kind.isSessionRecord {
      guard
        let record = facts().sessionRecord(envelope.kind, body, parser: reader.documents)
      else {
        unreadableFrames += 1
        return
      }
      try fold.apply(record, stamp: stamp, history: history, changes: &changes)
    } else if envelope.kind.isOCPPFrame {
      try decoder.decode(
        body, fromStation: envelope.direction == .fromStation, reader: reader.frames
      ) { event, readings in
        if case .unreadable = event { unreadableFrames += 1 }
        try fold.apply(event, readings: readings, stamp: stamp, history: history, changes: &changes)
      }
    }
  }
}
