import Bytes
import Quantities
import Transparency

/// What somebody who reads a backup meets, in order. Bytes live inside the call.
enum DumpItem {
  case station(UInt32, name: String)
  case source(UInt32, name: String)
  case record(UnsafeRawBufferPointer, Envelope)
  /// The ids of a ledger are counted from 0; `number` is that count.
  case eventID(EventID, position: UInt64, number: UInt64)
}

/// Reads the contents of frames, part after part, and checks everything that can be checked of them:
/// records and their chains, names, and that they give the state of the log which the end of each
/// part tells, with the root of the tree.
final class DumpFold {
  /// The log as far as it was read.
  private(set) var state = LogState.empty
  /// The head of the last part that was begun.
  private(set) var head: DumpHead?
  /// How many event ids the ledger remembers.
  private(set) var eventIDWindow: UInt64 = 0
  /// Stations whose name this part has told, with the hash that stands for them in the tree.
  private(set) var stations: [UInt32: SHA256Digest] = [:]
  /// Sources whose name this part has told.
  private(set) var sources: Set<UInt32> = []

  private let hasher = LeafHasher()
  private var expected = Expected.head
  /// Hashes of all names that were told.
  private var knownStations: [UInt32: SHA256Digest] = [:]
  private var knownSources: [UInt32: SHA256Digest] = [:]
  private var streams: [UInt32: UInt64] = [:]
  private var recordedAt = Instant.distantPast
  private var eventIDs: UInt64 = 0
  /// The least position and number that the next event id can have.
  private var nextEventID: (position: UInt64, number: UInt64) = (0, 0)
  /// Whether all events before the part have been read, too.
  private var isComplete = false

  /// Where in a part it is.
  private enum Expected { case head, events, eventIDs, nothing }

  /// Gets ready for the next part.
  func beginPart() {
    expected = .head
    stations = [0: LeafHasher.hash(ofStation: UnsafeRawBufferPointer(start: nil, count: 0))]
    sources = [0]
    eventIDs = 0
  }

  /// Whether the part has ended as it should.
  var isAtEnd: Bool { expected == .nothing }

  /// Reads a frame, and calls `use` with what is in it.
  ///
  /// - Throws: ``DumpDamage/Reason``, and what `use` throws.
  func apply(_ frame: DumpFrame, _ use: (DumpItem) throws -> Void) throws {
    do {
      switch (frame.kind, expected) {
      case (.head, .head): try applyHead(frame.content)
      case (.names, .events): try applyNames(frame.content, use)
      case (.records, .events): try applyRecords(frame.content, use)
      case (.eventIDs, .events), (.eventIDs, .eventIDs): try applyEventIDs(frame.content, use)
      case (.end, .events), (.end, .eventIDs): try applyEnd(frame.content)
      default: throw DumpDamage.Reason.unexpectedFrame
      }
    } catch is ByteReaderError {
      throw DumpDamage.Reason.badContent
    }
  }
}

extension DumpFold {
  private func applyHead(_ content: UnsafeRawBufferPointer) throws {
    let next = try DumpHead(decoding: content)
    if let head {
      guard next.uuid == head.uuid, next.before == state else {
        throw DumpDamage.Reason.otherBeginning
      }
    } else {
      state = next.before
      isComplete = state == .empty
      guard isComplete || state.position > 0 else { throw DumpDamage.Reason.otherBeginning }
    }
    head = next
    expected = .events
  }

  private func applyNames(
    _ content: UnsafeRawBufferPointer, _ use: (DumpItem) throws -> Void
  ) throws {
    var reader = ByteReader(content)
    while !reader.isAtEnd {
      let isSource = try reader.boolean()
      let id = try reader.fixed32()
      let name = try reader.string()
      let hash = Array(name.utf8).withUnsafeBytes { SHA256Hasher.digest(of: $0) }
      guard id > 0, (1...LedgerError.maxNameBytes).contains(name.utf8.count),
        isSource ? tell(source: id, hash) : tell(station: id, hash)
      else { throw DumpDamage.Reason.badName }
      try use(isSource ? .source(id, name: name) : .station(id, name: name))
    }
  }

  /// False if the number cannot have this name: it is told twice, has another one, or leaves a gap.
  private func tell(station id: UInt32, _ hash: SHA256Digest) -> Bool {
    guard stations.updateValue(hash, forKey: id) == nil else { return false }
    let isSame = (knownStations.updateValue(hash, forKey: id) ?? hash) == hash
    guard id > state.stations else { return isSame }
    defer { state.stations = id }
    return id - 1 == state.stations
  }

  private func tell(source id: UInt32, _ hash: SHA256Digest) -> Bool {
    guard sources.insert(id).inserted else { return false }
    let isSame = (knownSources.updateValue(hash, forKey: id) ?? hash) == hash
    guard id > state.sources else { return isSame }
    defer { state.sources = id }
    return id - 1 == state.sources
  }

  private func applyRecords(
    _ content: UnsafeRawBufferPointer, _ use: (DumpItem) throws -> Void
  ) throws {
    var reader = ByteReader(content)
    guard try reader.fixed64() == state.position + 1 else {
      throw DumpDamage.Reason.record(.missing)
    }
    guard !reader.isAtEnd else { throw DumpDamage.Reason.badContent }
    while !reader.isAtEnd {
      let record = try reader.raw(count: Int(try reader.fixed32()))
      try use(.record(record, try apply(record)))
    }
  }

  private func apply(_ record: UnsafeRawBufferPointer) throws -> Envelope {
    let position = state.position + 1
    let (envelope, body) = try checked(record, at: position)
    guard let station = stations[envelope.station], sources.contains(envelope.source) else {
      throw DumpDamage.Reason.badName
    }
    let previous = streams.updateValue(position, forKey: envelope.station)
    let isChained =
      if let previous {
        envelope.previousOfStream == previous
      } else if isComplete {
        envelope.previousOfStream == 0
      } else {
        envelope.previousOfStream < position
      }
    guard isChained else { throw DumpDamage.Reason.record(.brokenChain) }
    guard envelope.recordedAt >= recordedAt else { throw DumpDamage.Reason.badContent }
    recordedAt = envelope.recordedAt
    state.totals.count(
      bodyBytes: body.count, receivedAt: envelope.receivedAt, recordedAt: envelope.recordedAt)
    state.tree.append(hasher.leaf(of: record, station: station), with: hasher.tree)
    return envelope
  }

  private func checked(
    _ record: UnsafeRawBufferPointer, at position: UInt64
  ) throws -> (Envelope, UnsafeRawBufferPointer) {
    do throws(LedgerError) {
      let envelope = try Record.envelope(of: record, at: position)
      let body = try Record.checkedBody(of: record, at: position)
      guard body.count <= Record.maxBodyBytes else { throw .bodyTooLarge(bytes: body.count) }
      return (envelope, body)
    } catch {
      guard case .damaged(_, let reason) = error else { throw DumpDamage.Reason.badContent }
      throw DumpDamage.Reason.record(reason)
    }
  }

  private func applyEventIDs(
    _ content: UnsafeRawBufferPointer, _ use: (DumpItem) throws -> Void
  ) throws {
    var reader = ByteReader(content)
    eventIDWindow = try reader.fixed64()
    var number = try reader.fixed64()
    // A part holds those of its own events, and the numbers go on within it and between parts.
    let firstPosition = (head?.before.position ?? 0) + 1
    let isNext = expected == .eventIDs ? number == nextEventID.number : number >= nextEventID.number
    guard (1...UInt64(EventIDRing.maxWindow)).contains(eventIDWindow), isNext, !reader.isAtEnd
    else { throw DumpDamage.Reason.badContent }
    while !reader.isAtEnd {
      let position = try reader.fixed64()
      let id = EventID(loadingFrom: try reader.raw(count: EventID.byteCount))
      guard number < .max, position >= max(firstPosition, nextEventID.position),
        position <= state.position
      else { throw DumpDamage.Reason.badContent }
      try use(.eventID(id, position: position, number: number))
      number += 1
      eventIDs += 1
      nextEventID = (position + 1, number)
    }
    expected = .eventIDs
  }

  private func applyEnd(_ content: UnsafeRawBufferPointer) throws {
    guard try DumpEnd(decoding: content) == DumpEnd(eventIDs: eventIDs, after: state) else {
      throw DumpDamage.Reason.otherEnd
    }
    expected = .nothing
  }
}
