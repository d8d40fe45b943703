import Bytes
import ChargerEvents
import Quantities
import Testing

@testable import Sessions

/// What a station sends, as values that can be reordered and repeated. Times are seconds after
/// 2026-03-01T08:00:00Z, registers in Wh, power in W.
enum Frame: Sendable {
  case start(
    connector: Int32 = 1, token: String? = "TAG", at: Int64?, meter: Int64?, message: String = "s")
  case answer(id: Int64?, accepted: Bool = true, message: String = "s")
  case stop(id: Int64?, at: Int64?, meter: Int64?, reason: String? = nil, data: [MeterReading] = [])
  case meter(connector: Int32? = 1, evse: Int32? = nil, id: Int64? = nil, [MeterReading])
  case status(connector: Int32 = 1, ConnectorStatus, at: Int64?)
  case boot
  case event(
    TransactionEvent.Kind, id: String = "T1", seq: Int64?, at: Int64?, evse: Int32? = nil,
    connector: Int32? = nil, token: String? = nil, state: ChargingState? = nil,
    reason: String? = nil, trigger: String? = nil, [MeterReading] = [])

  var readings: [MeterReading] {
    switch self {
    case .stop(_, _, _, _, let data): data
    case .meter(_, _, _, let readings): readings
    case .event(_, _, _, _, _, _, _, _, _, _, let readings): readings
    case .start, .answer, .status, .boot: []
    }
  }
}

/// A frame and when the ledger received it.
struct Entry: Sendable {
  var receivedAt: Int64
  var frame: Frame

  init(_ receivedAt: Int64, _ frame: Frame) {
    self.receivedAt = receivedAt
    self.frame = frame
  }
}

func time(_ seconds: Int64) -> Instant {
  Instant(millisecondsSinceEpoch: 1_772_352_000_000 + seconds * 1_000)
}

func wattHours(_ value: Int64) -> Energy { Energy(milliwattHours: value * 1_000) }

/// A reading of the import register.
func register(
  _ wattHours: Int64?, at seconds: Int64?, _ context: MeterReading.Context = .periodic,
  watts: Int64? = nil, interval: Int64? = nil, milliwattHours: Int64 = 0
) -> MeterReading {
  var reading = MeterReading(at: seconds.map(time), context: context)
  reading.importRegister = wattHours.map {
    Energy(milliwattHours: $0 * 1_000 + milliwattHours)
  }
  reading.importInterval = interval.map { Energy(milliwattHours: $0 * 1_000) }
  reading.power = watts.map { Power(milliwatts: $0 * 1_000) }
  return reading
}

/// Keeps text alive while events that view it are folded.
final class TextArena {
  private var buffers: [UnsafeMutableRawBufferPointer] = []

  deinit { for buffer in buffers { buffer.deallocate() } }

  func text(_ string: String) -> FrameText {
    let bytes = Array(string.utf8)
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, bytes.count), alignment: 1)
    buffer.copyBytes(from: bytes)
    buffers.append(buffer)
    return FrameText(utf8: UnsafeRawBufferPointer(rebasing: buffer[0..<bytes.count]))
  }

  func event(_ frame: Frame) -> ChargerEvent {
    switch frame {
    case .start(let connector, let token, let at, let meter, let message):
      .transactionStarted(
        TransactionStarted(
          connector: connector, token: token.map(text), at: at.map(time),
          meterStart: meter.map(wattHours), messageID: text(message)))
    case .answer(let id, let accepted, let message):
      .transactionStartAnswered(
        TransactionStartAnswered(
          transactionID: id, isAccepted: accepted, messageID: text(message)))
    case .stop(let id, let at, let meter, let reason, _):
      .transactionStopped(
        TransactionStopped(
          transactionID: id, at: at.map(time), meterStop: meter.map(wattHours), token: nil,
          reason: reason.map(text)))
    case .meter(let connector, let evse, let id, _):
      .meterValues(MeterValues(connector: connector, evse: evse, transactionID: id))
    case .status(let connector, let status, let at):
      .statusNotification(
        StatusNotification(
          evse: nil, connector: connector, at: at.map(time), status: status, errorCode: nil))
    case .boot:
      .bootNotification(
        Message(
          action: .bootNotification, role: .request, isFromStation: true, messageID: text("b"),
          fields: FieldList(UnsafeBufferPointer(start: nil, count: 0))))
    case .event(
      let kind, let id, let seq, let at, let evse, let connector, let token, let state,
      let reason, let trigger, _):
      .transactionEvent(
        {
          var event = TransactionEvent(kind: kind, transactionID: text(id))
          event.sequenceNumber = seq
          event.at = at.map(time)
          event.evse = evse
          event.connector = connector
          event.token = token.map(text)
          event.chargingState = state
          event.stoppedReason = reason.map(text)
          event.triggerReason = trigger.map(text)
          return event
        }())
    }
  }
}

/// Folds a script the way a projection does, with a read model in memory.
struct StationRun {
  var fold = StationFold(station: StationID(rawValue: 7), stationName: "CP-7")
  var model = MemoryModel()
  var changes = SessionChanges()
  private var position: UInt64 = 0

  /// - Parameters:
  ///   - flushEvery: how many events a batch has; nil is one batch for all.
  ///   - restartEvery: after how many events the fold is written down and read back.
  init(
    _ entries: [Entry], advanceTo seconds: Int64? = nil, flushEvery: Int? = nil,
    restartEvery: Int? = nil
  ) {
    for (index, entry) in entries.enumerated() {
      feed(entry)
      if let flushEvery, (index + 1) % flushEvery == 0 { flush() }
      if let restartEvery, (index + 1) % restartEvery == 0 { restart() }
    }
    if let seconds { fold.advance(to: time(seconds), history: model, changes: &changes) }
    flush()
  }

  /// A station of several: its records have positions of their own.
  init(stationNumber: UInt32, name: String) {
    position = UInt64(stationNumber) * 1_000_000
    fold = StationFold(station: StationID(rawValue: stationNumber), stationName: name)
  }

  mutating func feed(_ entry: Entry) {
    let arena = TextArena()
    entry.frame.readings.withUnsafeBufferPointer { readings in
      feed(arena.event(entry.frame), readings, at: time(entry.receivedAt))
    }
  }

  mutating func feed(
    _ event: borrowing ChargerEvent, _ readings: UnsafeBufferPointer<MeterReading>,
    at receivedAt: Instant
  ) {
    position += 1
    let stamp = EventStamp(position: position, receivedAt: receivedAt)
    fold.apply(event, readings: readings, stamp: stamp, history: model, changes: &changes)
  }

  mutating func flush() {
    model.write(changes)
    changes.removeAll()
  }

  mutating func restart() {
    var writer = ByteWriter()
    fold.encode(into: &writer)
    fold = writer.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      let copy = try? StationFold(decoding: &reader)
      #expect(copy != nil)
      #expect(reader.isAtEnd)
      return copy ?? fold
    }
  }

  /// All sessions in order of their start.
  var sessions: [Session] {
    var rows = model.rows
    for session in fold.open { rows[session.openedAtPosition] = session }
    return rows.values.sorted {
      ($0.startedAt, $0.openedAtPosition) < ($1.startedAt, $1.openedAtPosition)
    }
  }
}

struct MemoryModel: SessionHistory {
  var rows: [UInt64: Session] = [:]
  var keys: [SessionKey: UInt64] = [:]

  func session(for key: SessionKey) -> Session? { keys[key].flatMap { rows[$0] } }

  /// Keeps rows as bytes would be kept: through the codec.
  mutating func write(_ changes: SessionChanges) {
    for session in changes.sessions { rows[session.openedAtPosition] = roundTrip(session) }
    for removal in changes.removals { rows[removal.openedAtPosition] = nil }
    keys.merge(changes.keys) { $1 }
  }
}

/// A session written and read back.
func roundTrip(_ session: Session) -> Session {
  var writer = ByteWriter()
  session.encode(into: &writer)
  return writer.withUnsafeBytes { bytes in
    var reader = ByteReader(bytes)
    let copy = try? Session(decoding: &reader)
    #expect(copy == session)
    #expect(reader.isAtEnd)
    return copy ?? session
  }
}

extension Session {
  func has(_ code: FindingCode) -> Bool { findings.contains { $0.code == code } }

  func count(_ code: FindingCode) -> UInt32 { findings.first { $0.code == code }?.count ?? 0 }

  var codes: [FindingCode] { findings.map(\.code).sorted { $0.rawValue < $1.rawValue } }
}
