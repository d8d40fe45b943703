import Bytes
import Quantities

extension Session {
  /// What of a session matters to whoever bills it.
  public struct Outcome: Sendable, Hashable {
    public var state: State
    public var startedAt: Instant
    public var endedAt: Instant?
    public var isEstimated: Bool
    public var energy: Energy
    public var energyEvidence: EnergyEvidence
    public var token: String?
    public var stopReason: String?
    public var isVoid: Bool
  }

  /// What was told of a closed session until records changed it. What came within
  /// ``SessionPolicy/revisionMilliseconds`` is one revision: a station sends its queue at once.
  public struct Revision: Sendable, Hashable {
    /// The first record that changed it.
    public var position: UInt64
    /// When that record was received.
    public var receivedAt: Instant
    /// What was told before.
    public var before: Outcome
  }

  /// Revisions kept of one session: the first, which may have been billed, and the latest.
  public static let greatestRevisions = 16

  /// What is told of it now.
  public var outcome: Outcome {
    Outcome(
      state: state, startedAt: startedAt, endedAt: endedAt, isEstimated: isEstimated,
      energy: energy, energyEvidence: energyEvidence, token: token, stopReason: stopReason,
      isVoid: isVoid)
  }

  /// Whether a record is the first of those that change what was told of a closed session.
  func isRevised(by stamp: EventStamp) -> Bool {
    guard closing != nil else { return false }
    guard let last = revisions.last else { return true }
    return stamp.receivedAt.milliseconds(since: last.receivedAt)
      > SessionPolicy.revisionMilliseconds
  }

  /// Keeps what is told of the session, concluded, before a record changes that. If the revision
  /// before it has changed nothing in the end, it goes.
  mutating func beginRevision(_ stamp: EventStamp) {
    if revisions.last?.before == outcome { revisions.removeLast() }
    let revision = Revision(
      position: stamp.position, receivedAt: stamp.receivedAt, before: outcome)
    revisions = [Revision].bounded(revisions + [revision])
  }
}

extension [Session.Revision] {
  /// In order of their positions, without those in the middle that are too many.
  static func bounded(_ revisions: [Session.Revision]) -> [Session.Revision] {
    var kept = revisions.sorted { $0.position < $1.position }
    let surplus = kept.count - Session.greatestRevisions
    if surplus > 0 { kept.removeSubrange(1..<1 + surplus) }
    return kept
  }
}

// MARK: - In a row

extension Session {
  /// What a session has besides evidence and conclusion; most have nothing of it.
  private struct Presence: OptionSet {
    var rawValue: UInt8
    static let split = Presence(rawValue: 1)
    static let merged = Presence(rawValue: 2)
    static let revisions = Presence(rawValue: 4)
    static let signatures = Presence(rawValue: 8)
  }

  func encodeHistory(into writer: inout ByteWriter) {
    var presence: Presence = []
    if splitFrom != nil { presence.insert(.split) }
    if !mergedIDs.isEmpty { presence.insert(.merged) }
    if !revisions.isEmpty { presence.insert(.revisions) }
    if !signedPositions.isEmpty { presence.insert(.signatures) }
    writer.write(presence.rawValue)
    if let splitFrom { splitFrom.encode(into: &writer) }
    if !mergedIDs.isEmpty {
      writer.varint(UInt64(mergedIDs.count))
      for id in mergedIDs { id.encode(into: &writer) }
    }
    if !revisions.isEmpty {
      writer.varint(UInt64(revisions.count))
      for revision in revisions {
        writer.varint(revision.position)
        writer.zigzag(revision.receivedAt.millisecondsSinceEpoch)
        revision.before.encode(into: &writer)
      }
    }
    if !signedPositions.isEmpty {
      writer.varint(UInt64(signedPositions.count))
      for position in signedPositions { writer.varint(position) }
    }
  }

  mutating func decodeHistory(_ reader: inout ByteReader) throws(ByteReaderError) {
    let presence = Presence(rawValue: try reader.byte())
    if presence.contains(.split) { splitFrom = try SessionID(decoding: &reader) }
    if presence.contains(.merged) {
      for _ in 0..<(try reader.count()) { mergedIDs.append(try SessionID(decoding: &reader)) }
    }
    if presence.contains(.revisions) {
      for _ in 0..<(try reader.count()) {
        let position = try reader.varint()
        let receivedAt = Instant(millisecondsSinceEpoch: try reader.zigzag())
        revisions.append(
          Revision(
            position: position, receivedAt: receivedAt, before: try Outcome(decoding: &reader)))
      }
    }
    if presence.contains(.signatures) {
      for _ in 0..<(try reader.count()) { signedPositions.append(try reader.varint()) }
    }
  }
}

extension SessionID {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.fixed64(high)
    writer.fixed64(low)
  }

  fileprivate init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    self.init(high: try reader.fixed64(), low: try reader.fixed64())
  }
}

extension Session.Outcome {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.write(state.rawValue)
    writer.zigzag(startedAt.millisecondsSinceEpoch)
    writer.optionalZigzag(endedAt?.millisecondsSinceEpoch)
    writer.boolean(isEstimated)
    writer.zigzag(energy.milliwattHours)
    writer.write(energyEvidence.rawValue)
    writer.optionalString(token)
    writer.optionalString(stopReason)
    writer.boolean(isVoid)
  }

  fileprivate init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    self.init(
      state: try reader.known(), startedAt: Instant(millisecondsSinceEpoch: try reader.zigzag()),
      endedAt: try reader.optionalZigzag().map { Instant(millisecondsSinceEpoch: $0) },
      isEstimated: try reader.boolean(), energy: Energy(milliwattHours: try reader.zigzag()),
      energyEvidence: try reader.known(), token: try reader.optionalString(),
      stopReason: try reader.optionalString(), isVoid: try reader.boolean())
  }
}
