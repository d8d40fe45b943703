import Bytes
import ChargerEvents

/// The calls of one station that have no answer yet, in both directions.
///
/// An answer belongs to the most recent call with its message id from the other side that has no
/// answer yet. A station may have one call under way in each direction (OCPP-J 1.6, section 4.1.1),
/// so the last 64 calls are plenty; older ones are forgotten. Message ids are kept as 64-bit
/// hashes and frames that may be retries as checksums: a false match needs two equal hashes among 64.
struct PendingCalls: Sendable, Hashable {
  struct Call: Sendable, Hashable {
    var key: UInt64
    var checksum: UInt32
    /// Nil for one that no standard knows.
    var action: OCPPAction?
  }

  static let capacity = 64

  /// The oldest first.
  private(set) var calls: [Call] = []
  /// The station's newest call, while it has no answer.
  private var underWay: Call?

  /// Remembers a call. Returns whether it is a retry: the same bytes as the station's call that is
  /// under way. With another call in between it is none, because then the station had given the
  /// earlier one up, and logs without answers repeat whole visits with equal frames.
  mutating func insert(
    messageID: FrameText, action: OCPPAction?, fromStation: Bool, frame: UnsafeRawBufferPointer
  ) -> Bool {
    // Only these are asked about: transaction messages are recognized by their content.
    let isRepeatable = action == .meterValues || action == .statusNotification
    let call = Call(
      key: Self.key(messageID, fromStation: fromStation),
      checksum: isRepeatable && fromStation ? CRC32C.checksum(frame) : 0, action: action)
    let isRetry = fromStation && underWay == call
    if fromStation { underWay = call }
    if calls.count == Self.capacity { calls.removeFirst() }
    calls.append(call)
    return isRetry
  }

  /// Forgets the call that an answer belongs to and returns it; nil for an orphan.
  mutating func answer(messageID: FrameText, fromStation: Bool) -> Call? {
    let key = Self.key(messageID, fromStation: !fromStation)
    guard let index = calls.lastIndex(where: { $0.key == key }) else { return nil }
    if underWay?.key == key { underWay = nil }
    return index == calls.count - 1 ? calls.removeLast() : calls.remove(at: index)
  }

  static func key(_ messageID: FrameText, fromStation: Bool) -> UInt64 {
    let hash = StableHash64.hashByWords(messageID.utf8)
    return fromStation ? hash : ~hash
  }
}

extension PendingCalls {
  func encode(into writer: inout ByteWriter) {
    writer.varint(UInt64(calls.count))
    for call in calls { call.encode(into: &writer) }
    writer.boolean(underWay != nil)
    underWay?.encode(into: &writer)
  }

  init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    for _ in 0..<(try reader.count()) { calls.append(try Call(decoding: &reader)) }
    if calls.count > Self.capacity { calls.removeFirst(calls.count - Self.capacity) }
    if try reader.boolean() { underWay = try Call(decoding: &reader) }
  }
}

extension PendingCalls.Call {
  func encode(into writer: inout ByteWriter) {
    writer.fixed64(key)
    writer.fixed32(checksum)
    writer.write(action?.rawValue ?? .max)
  }

  init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    key = try reader.fixed64()
    checksum = try reader.fixed32()
    // An action of a later release is one that this release does not ask for.
    action = OCPPAction(rawValue: try reader.byte())
  }
}
