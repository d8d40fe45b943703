import Bytes
import ChargerEvents
import EventLog
import OCPP
import Quantities
import Sessions
import Sites

/// The fold of a projection as one worker makes it.
final class ProjectionWork<Model: Projection>: FoldWork {
  private let store: ProjectionStore<Model>
  private let facts: Facts
  private let reader = RecordReader()
  private var projection: Model { store.projection }

  init(store: ProjectionStore<Model>, facts: Facts) {
    self.store = store
    self.facts = facts
  }

  func storedStation(_ id: StationID, name: String) throws -> ProjectedStation<Model.State>? {
    try store.station(id)
  }

  func newStation(_ id: StationID, name: String) -> ProjectedStation<Model.State> {
    ProjectedStation(id, name: name)
  }

  func fold(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer,
    into station: ProjectedStation<Model.State>, isAnew: Bool
  ) throws {
    fireTimers(of: station, through: envelope.receivedAt)
    let place = place(of: station, at: envelope.receivedAt)
    if envelope.kind.isSessionRecord {
      let record = facts.sessionRecord(envelope.kind, body, parser: reader.documents)
      take(
        FoldEvent(
          position: envelope.position, receivedAt: envelope.receivedAt, stationName: station.name,
          content: record.map { .record($0) } ?? .unreadableRecord), station, place)
    } else if envelope.kind.isOCPPFrame {
      let isFromStation = envelope.direction == .fromStation
      // A frame is decoded wherever the station stands: its answer may come elsewhere.
      station.decoder.decode(body, fromStation: isFromStation, reader: reader.frames) {
        event, readings in
        take(
          FoldEvent(
            position: envelope.position, receivedAt: envelope.receivedAt,
            stationName: station.name,
            content: .frame(copy event, isFromStation: isFromStation), readings: readings),
          station, place)
      }
    }
  }

  private func take(
    _ event: borrowing FoldEvent, _ station: ProjectedStation<Model.State>, _ place: Int?
  ) {
    guard let place else { return }
    projection.fold(event, into: &station.parts[place].state)
  }

  /// The part that a record belongs to; nil if it belongs to none.
  private func place(of station: ProjectedStation<Model.State>, at time: Instant) -> Int? {
    guard projection.partition.kind == .site else { return station.part(ofSite: "") }
    if case .unknown = station.place {
      let isFixed = facts.isPlacementConstant(ofStation: station.name)
      station.place = isFixed ? .fixed(site(of: station, at: time)) : .moving
    }
    let site =
      if case .fixed(let site) = station.place { site } else { site(of: station, at: time) }
    return site.map { station.part(ofSite: $0) }
  }

  private func site(of station: ProjectedStation<Model.State>, at time: Instant) -> String? {
    facts.placement(ofStation: station.name, at: time)?.siteID
  }

  func fireTimers(of station: ProjectedStation<Model.State>, through time: Instant) {
    for index in station.parts.indices {
      while let due = projection.nextTimer(of: station.parts[index].state), due <= time,
        due > station.parts[index].firedThrough
      {
        projection.fire(at: due, into: &station.parts[index].state)
        station.parts[index].firedThrough = due
        station.foldedThrough = max(station.foldedThrough, due)
        station.isTouched = true
      }
    }
  }

  func collect(
    _ touched: [ProjectedStation<Model.State>], since position: UInt64,
    replacing replaced: StationID?
  ) throws -> ProjectionBatch {
    var batch = ProjectionBatch()
    for station in touched {
      let start = batch.arena.count
      station.encode(nextTimer: nextTimer(of: station), into: &batch.arena)
      batch.stations.append((station.id, start..<batch.arena.count))
      guard projection.partition.kind == .station else { continue }
      var rows = RowWriter()
      rows.prefix = PartitionKey.station(station.id)
      for part in station.parts { projection.writeRows(of: part.state, into: &rows) }
      batch.partitions.append(rows)
    }
    return batch
  }

  /// When the first timer is due that will be fired.
  private func nextTimer(of station: ProjectedStation<Model.State>) -> Instant? {
    station.parts.compactMap { part in
      projection.nextTimer(of: part.state).flatMap { $0 > part.firedThrough ? $0 : nil }
    }.min()
  }
}

/// What one worker wants written of a projection after a chunk of the log.
struct ProjectionBatch {
  var arena = ByteWriter()
  /// Stations, and where they are in the arena.
  var stations: [(id: StationID, bytes: Range<Int>)] = []
  /// The rows of stations. They replace what is stored.
  var partitions: [RowWriter] = []
}
