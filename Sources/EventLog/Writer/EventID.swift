/// Sixteen bytes by which a producer names an event, so that appending it twice adds it once.
///
/// The producer makes it: a UUID, or a hash of where the event comes from. Never equal for two
/// events that shall both be in the log.
public struct EventID: Hashable, Sendable {
  /// The first eight bytes, lowest first.
  public var low: UInt64
  /// The last eight bytes, lowest first.
  public var high: UInt64

  public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// nil unless there are exactly sixteen bytes.
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount == Self.byteCount else { return nil }
    self = bytes.withUnsafeBytes { Self(loadingFrom: $0) }
  }
}

extension EventID {
  static let byteCount = 16

  /// From the first sixteen of `bytes`.
  init(loadingFrom bytes: UnsafeRawBufferPointer) {
    self.low = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    self.high = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
  }

  func write(into bytes: UnsafeMutableRawBufferPointer) {
    bytes.storeBytes(of: low.littleEndian, as: UInt64.self)
    bytes.storeBytes(of: high.littleEndian, toByteOffset: 8, as: UInt64.self)
  }
}
