import ChargerEvents
import Quantities

/// The `stations` read model: what each station says of itself, when it was last heard, and what its
/// connectors said last.
struct StationsProjection: Projection {
  let name = "stations"
  let version = 1
  let partition = Partition<StationRecord>.station

  func fold(_ event: borrowing FoldEvent, into station: inout StationRecord) {
    switch event.content {
    case .frame(let frame, isFromStation: true):
      station.hear(event.receivedAt)
      station.framesFromStation += 1
      take(frame, event, &station)
    case .frame(let frame, isFromStation: false):
      station.framesToStation += 1
      take(frame, event, &station)
    case .record, .unreadableRecord:
      station.sessionRecords += 1
    }
  }

  private func take(
    _ frame: ChargerEvent, _ event: borrowing FoldEvent, _ station: inout StationRecord
  ) {
    switch frame {
    case .bootNotification(let boot):
      station.takeBoot(boot, at: event.receivedAt)
    case .message(let message) where message.action == .bootNotification:
      station.takeBootAnswer(message)
    case .message(let message) where message.action == .notifyEvent && message.role == .request:
      for problem in message.fields.items(.events) { station.takeEvent(problem, event.stamp) }
    case .statusNotification(let status):
      station.take(status, event.stamp)
    case .unreadable:
      station.unreadableFrames += 1
    default:
      break
    }
  }

  func writeRows(of station: StationRecord, into rows: inout RowWriter) {
    rows.write { station.encode(into: &$0) }
  }
}

extension FoldEvent {
  fileprivate var stamp: StationRecord.Stamp { .init(position: position, receivedAt: receivedAt) }
}
