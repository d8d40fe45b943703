/// A 64-bit hash that is the same on every machine and in every release, for keys of indexes.
///
/// FNV-1a over the bytes, then the finalizer of SplitMix64 so that every input bit reaches every
/// output bit. Not for passwords or signatures: whoever chooses the input can make collisions, so
/// an index that uses it compares the full key too.
///
///     var hash = StableHash64()
///     hash.combine(station)
///     hash.combine(text: transactionID)
///     let key = hash.value
public struct StableHash64: Sendable {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// A hash of nothing yet.
  public init() {}

  /// Adds raw bytes. Pieces run together: add what is of varying length with ``combine(text:)`` or
  /// ``combine(sized:)``.
  public mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  }

  /// Adds an integer as its eight bytes, lowest first.
  public mutating func combine(_ integer: UInt64) {
    withUnsafeBytes(of: integer.littleEndian) { combine($0) }
  }

  /// Adds bytes of varying length, and their number.
  public mutating func combine(sized bytes: UnsafeRawBufferPointer) {
    combine(bytes)
    combine(UInt64(bytes.count))
  }

  /// Adds the UTF-8 of a text, and its length.
  public mutating func combine(text: String) {
    var text = text
    text.withUTF8 { combine(sized: UnsafeRawBufferPointer($0)) }
  }

  /// The hash of everything added so far.
  public var value: UInt64 {
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// The hash of `bytes` alone.
  public static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = StableHash64()
    hash.combine(bytes)
    return hash.value
  }

  /// Another hash of `bytes` alone: FNV-1a over eight bytes at a time, several times as fast. For
  /// state that is not compared with other releases'. Only its length tells a text from the same
  /// text with zeros behind it, so the length is hashed as well.
  public static func hashByWords(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = StableHash64()
    hash.combine(word: UInt64(bytes.count))
    var offset = 0
    while offset + 8 <= bytes.count {
      hash.combine(
        word: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < bytes.count {
      rest = rest << 8 | UInt64(bytes[offset])
      offset += 1
    }
    hash.combine(word: rest)
    return hash.value
  }

  /// The high half goes back to the low one, because multiplying moves bits upwards only.
  private mutating func combine(word: UInt64) {
    state = (state ^ word) &* 0x9e37_79b9_7f4a_7c15
    state ^= state >> 32
  }
}
