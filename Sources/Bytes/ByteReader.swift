/// Reads what ``ByteWriter`` wrote, and never past the end.
///
/// The bytes are borrowed: the reader must not outlive them. Bytes that no writer can have made are
/// an error with their offset, never a crash.
public struct ByteReader {
  @usableFromInline let source: UnsafeRawBufferPointer
  @usableFromInline var position = 0

  /// The offset of the next byte to be read.
  @inlinable
  public var offset: Int { position }

  /// A reader at the first of `bytes`.
  public init(_ bytes: UnsafeRawBufferPointer) { self.source = bytes }

  /// The number of bytes not read yet.
  @inlinable
  public var remaining: Int { source.count - offset }

  /// Whether everything has been read.
  public var isAtEnd: Bool { remaining == 0 }

  private mutating func take(_ count: UInt64) throws(ByteReaderError) -> UnsafeRawBufferPointer {
    guard count <= UInt64(remaining) else { throw error(.pastTheEnd) }
    let start = offset
    position += Int(count)
    return UnsafeRawBufferPointer(rebasing: source[start..<offset])
  }

  @usableFromInline
  func error(_ reason: ByteReaderError.Reason) -> ByteReaderError {
    ByteReaderError(offset: offset, reason: reason)
  }
}

extension ByteReader {
  /// One byte as it is.
  public mutating func byte() throws(ByteReaderError) -> UInt8 {
    guard offset < source.count else { throw error(.pastTheEnd) }
    defer { position += 1 }
    return source[offset]
  }

  /// One byte, which must be 0 or 1.
  public mutating func boolean() throws(ByteReaderError) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    default: throw ByteReaderError(offset: offset - 1, reason: .notABoolean)
    }
  }

  /// Refuses a varint above 64 bits, and one that is longer than it needs to be: a value has one
  /// encoding.
  @inlinable
  public mutating func varint() throws(ByteReaderError) -> UInt64 {
    guard remaining >= 8 else { return try varintByBytes() }
    // Rows are mostly varints, so eight bytes are looked at together.
    let word = UInt64(
      littleEndian: source.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    let ends = ~word & 0x8080_8080_8080_8080
    guard ends != 0 else { return try varintByBytes() }
    let bits = UInt64(ends.trailingZeroBitCount) + 1
    // The last byte is not 0 unless it is the only one.
    guard bits == 8 || word >> (bits - 8) & 0xff != 0 else {
      throw error(.badVarint)
    }
    position += Int(bits) / 8
    return Self.joined(word & (UInt64.max >> (64 - bits)))
  }

  /// Puts the low seven bits of each byte together: pairs of bytes, then of pairs, then the halves.
  @inlinable
  static func joined(_ word: UInt64) -> UInt64 {
    var value = word & 0x7f7f_7f7f_7f7f_7f7f
    value = value & 0x007f_007f_007f_007f | value >> 1 & 0x3f80_3f80_3f80_3f80
    value = value & 0x0000_3fff_0000_3fff | value >> 2 & 0x0fff_c000_0fff_c000
    return value & 0x0000_0000_0fff_ffff | value >> 4 & 0x00ff_ffff_f000_0000
  }

  /// Near the end of the source, and for nine bytes and more.
  @usableFromInline
  mutating func varintByBytes() throws(ByteReaderError) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      let bits = UInt64(next & 0x7f)
      let isLast = next & 0x80 == 0
      if shift == 63 && bits > 1 || isLast && bits == 0 && shift > 0 || shift == 63 && !isLast {
        throw ByteReaderError(offset: start, reason: .badVarint)
      }
      value |= bits << shift
      if isLast { return value }
      shift += 7
    }
  }

  /// A signed varint.
  @inlinable
  public mutating func zigzag() throws(ByteReaderError) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// Four bytes, lowest first.
  public mutating func fixed32() throws(ByteReaderError) -> UInt32 {
    UInt32(littleEndian: try take(4).loadUnaligned(as: UInt32.self))
  }

  /// Eight bytes, lowest first.
  public mutating func fixed64() throws(ByteReaderError) -> UInt64 {
    UInt64(littleEndian: try take(8).loadUnaligned(as: UInt64.self))
  }

  /// A text of its own; its bytes must be UTF-8.
  public mutating func string() throws(ByteReaderError) -> String {
    let start = offset
    guard let text = String(validating: try bytes(), as: UTF8.self) else {
      throw ByteReaderError(offset: start, reason: .notUTF8)
    }
    return text
  }

  /// A view into the source: it lives as long as the source does.
  public mutating func bytes() throws(ByteReaderError) -> UnsafeRawBufferPointer {
    try take(try varint())
  }

  /// `count` bytes without a number before them, as a view into the source.
  public mutating func raw(count: Int) throws(ByteReaderError) -> UnsafeRawBufferPointer {
    guard count >= 0 else { throw error(.pastTheEnd) }
    return try take(UInt64(count))
  }

  /// A number of elements that follow, each at least one byte: one above the bytes that are left is
  /// refused before anybody reserves memory for it.
  public mutating func count() throws(ByteReaderError) -> Int {
    let start = offset
    let value = try varint()
    guard value <= UInt64(remaining) else {
      throw ByteReaderError(offset: start, reason: .pastTheEnd)
    }
    return Int(value)
  }
}

extension ByteReader {
  /// A boolean, then a varint if it is true.
  public mutating func optionalVarint() throws(ByteReaderError) -> UInt64? {
    try boolean() ? try varint() : nil
  }

  /// A boolean, then a signed varint if it is true.
  public mutating func optionalZigzag() throws(ByteReaderError) -> Int64? {
    try boolean() ? try zigzag() : nil
  }

  /// A boolean, then a text if it is true.
  public mutating func optionalString() throws(ByteReaderError) -> String? {
    try boolean() ? try string() : nil
  }
}

/// Bytes that ``ByteWriter`` cannot have written: damage, or another version's form.
public struct ByteReaderError: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Reason: Sendable, Hashable {
    case pastTheEnd, badVarint, notABoolean, notUTF8
    /// Well-formed, but of no meaning here: thrown by those who read a type of their own.
    case unknownValue
  }

  /// Where reading stopped, in bytes from the start.
  public var offset: Int
  /// What was wrong there.
  public var reason: Reason

  /// From its parts.
  public init(offset: Int, reason: Reason) {
    self.offset = offset
    self.reason = reason
  }
}

extension ByteReaderError: CustomStringConvertible {
  public var description: String {
    let what =
      switch reason {
      case .pastTheEnd: "more bytes expected than there are"
      case .badVarint: "not a variable-length number"
      case .notABoolean: "neither 0 nor 1"
      case .notUTF8: "text that is not UTF-8"
      case .unknownValue: "a value that this version does not know"
      }
    return "byte \(offset): \(what)"
  }
}
