/// Writes the ledger's compact binary form: what read models keep and digests are made of.
///
/// The form has no tags. Reader and writer agree on the order of fields, and each value has exactly
/// one encoding, so equal values give equal bytes:
/// - *varint*: seven bits a byte, lowest first, the top bit set on all bytes but the last;
/// - *zigzag*: 0, -1, 1, -2… as the varints 0, 1, 2, 3…;
/// - *fixed*: four or eight bytes, lowest first;
/// - *string*, *bytes*: their number of bytes as a varint, then the bytes (UTF-8);
/// - *boolean*: one byte, 0 or 1;
/// - *optional*: a boolean, then the value if there is one.
public struct ByteWriter {
  /// What has been written.
  public private(set) var bytes: [UInt8] = []

  /// An empty writer with room for `capacity` bytes.
  public init(reservingCapacity capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// The number of bytes written.
  public var count: Int { bytes.count }

  /// Starts again, keeping the memory.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// What has been written, in place.
  public func withUnsafeBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try bytes.withUnsafeBufferPointer { (buffer) throws(E) in
      try body(UnsafeRawBufferPointer(buffer))
    }
  }
}

extension ByteWriter {
  /// One byte as it is.
  public mutating func write(_ byte: UInt8) { bytes.append(byte) }

  /// One byte, 0 or 1.
  public mutating func boolean(_ value: Bool) { bytes.append(value ? 1 : 0) }

  /// One to ten bytes.
  public mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// One to ten bytes; short for small values of either sign.
  public mutating func zigzag(_ value: Int64) {
    varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }

  /// Four bytes, lowest first.
  public mutating func fixed32(_ value: UInt32) {
    Swift.withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Eight bytes, lowest first.
  public mutating func fixed64(_ value: UInt64) {
    Swift.withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// The number of UTF-8 bytes as a varint, then the bytes.
  public mutating func string(_ text: String) {
    var text = text
    text.withUTF8 { bytes(UnsafeRawBufferPointer($0)) }
  }

  /// The number of bytes as a varint, then the bytes.
  public mutating func bytes(_ value: UnsafeRawBufferPointer) {
    varint(UInt64(value.count))
    raw(value)
  }

  /// Bytes without their number: the reader must know it.
  public mutating func raw(_ value: UnsafeRawBufferPointer) { bytes.append(contentsOf: value) }
}

extension ByteWriter {
  /// A boolean, then a varint if there is one.
  public mutating func optionalVarint(_ value: UInt64?) {
    boolean(value != nil)
    if let value { varint(value) }
  }

  /// A boolean, then a signed varint if there is one.
  public mutating func optionalZigzag(_ value: Int64?) {
    boolean(value != nil)
    if let value { zigzag(value) }
  }

  /// A boolean, then a text if there is one.
  public mutating func optionalString(_ value: String?) {
    boolean(value != nil)
    if let value { string(value) }
  }
}
