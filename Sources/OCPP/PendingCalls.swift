import Bytes
import ChargerEvents

/// The calls of one station that have no answer yet, in both directions.
///
/// An answer belongs to the most recent call with its message id from the other side that has no
/// answer yet. A station may have one call under way in each direction (OCPP-J 1.6, section 4.1.1),
/// so the last 64 calls are plenty; older ones are forgotten. Message ids are kept as 64-bit
/// hashes and frames as checksums: a false match needs two equal hashes among 64.
struct PendingCalls: Sendable, Hashable {
  /// What an answer must be known to answer.
  enum Action: UInt8, Sendable { case other = 0, startTransaction }

  struct Call: Sendable, Hashable {
    var key: UInt64
    var checksum: UInt32
    var action: Action
  }

  static let capacity = 64

  /// The oldest first.
  private(set) var calls: [Call] = []

  /// Remembers a call. Returns whether the same bytes are waiting for their answer already.
  mutating func insert(
    messageID: FrameText, action: Action, fromStation: Bool, frame: UnsafeRawBufferPointer
  ) -> Bool {
    let call = Call(
      key: Self.key(messageID, fromStation: fromStation), checksum: CRC32C.checksum(frame),
      action: action)
    let isRetry = calls.contains(call)
    if calls.count == Self.capacity { calls.removeFirst() }
    calls.append(call)
    return isRetry
  }

  /// Forgets the call that an answer belongs to and says what it was; nil for an orphan.
  mutating func answer(messageID: FrameText, fromStation: Bool) -> Action? {
    let key = Self.key(messageID, fromStation: !fromStation)
    guard let index = calls.lastIndex(where: { $0.key == key }) else { return nil }
    return calls.remove(at: index).action
  }

  private static func key(_ messageID: FrameText, fromStation: Bool) -> UInt64 {
    let hash = StableHash64.hash(messageID.utf8)
    return fromStation ? hash : ~hash
  }
}

extension PendingCalls {
  func encode(into writer: inout ByteWriter) {
    writer.varint(UInt64(calls.count))
    for call in calls {
      writer.fixed64(call.key)
      writer.fixed32(call.checksum)
      writer.write(call.action.rawValue)
    }
  }

  init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    for _ in 0..<(try reader.count()) {
      let key = try reader.fixed64()
      let checksum = try reader.fixed32()
      // An action of a later version is one that this version does not ask for.
      let action = Action(rawValue: try reader.byte()) ?? .other
      calls.append(Call(key: key, checksum: checksum, action: action))
    }
    if calls.count > Self.capacity { calls.removeFirst(calls.count - Self.capacity) }
  }
}
