import Quantities

/// The end of one station's stream.
public struct StreamHead: Hashable, Sendable {
  /// The position of the last event; 0 if there is none.
  public var lastPosition: UInt64
  /// The greatest received-at of the stream. Later events may lie before it.
  public var greatestReceivedAt: Instant
  /// The number of events.
  public var count: UInt64

  static let empty = StreamHead(lastPosition: 0, greatestReceivedAt: .distantPast, count: 0)
}

extension StreamHead {
  static let byteCount = 24

  /// nil if the bytes are no row of `heads`.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    self.lastPosition = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    self.greatestReceivedAt = Instant(
      millisecondsSinceEpoch: Int64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: Int64.self)))
    self.count = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
  }

  func write(into bytes: UnsafeMutableRawBufferPointer) {
    bytes.storeBytes(of: lastPosition.littleEndian, toByteOffset: 0, as: UInt64.self)
    bytes.storeBytes(
      of: greatestReceivedAt.millisecondsSinceEpoch.littleEndian, toByteOffset: 8, as: Int64.self)
    bytes.storeBytes(of: count.littleEndian, toByteOffset: 16, as: UInt64.self)
  }
}
