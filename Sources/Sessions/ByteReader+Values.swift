import Bytes

extension ByteReader {
  /// The error for a value that no writer of this version has written.
  var unknownValue: ByteReaderError { ByteReaderError(offset: offset, reason: .unknownValue) }

  /// One of the known values of an enumeration.
  mutating func known<Value: RawRepresentable<UInt8>>() throws(ByteReaderError) -> Value {
    guard let value = Value(rawValue: try byte()) else { throw unknownValue }
    return value
  }

  /// One of the known values, written one higher so that 0 can be nil.
  mutating func optionalKnown<Value: RawRepresentable<UInt8>>() throws(ByteReaderError) -> Value? {
    let raw = try byte()
    if raw == 0 { return nil }
    guard let value = Value(rawValue: raw - 1) else { throw unknownValue }
    return value
  }

  mutating func uint32() throws(ByteReaderError) -> UInt32 {
    guard let value = UInt32(exactly: try varint()) else { throw unknownValue }
    return value
  }

  mutating func int32() throws(ByteReaderError) -> Int32 {
    guard let value = Int32(exactly: try zigzag()) else { throw unknownValue }
    return value
  }

  mutating func optionalInt32() throws(ByteReaderError) -> Int32? {
    try boolean() ? try int32() : nil
  }
}
