import Bytes
import TestSupport
import Testing

private func read<R>(
  _ bytes: [UInt8], _ body: (inout ByteReader) throws(ByteReaderError) -> R
) throws(ByteReaderError) -> R {
  try bytes.withUnsafeBufferPointer { (buffer) throws(ByteReaderError) in
    var reader = ByteReader(UnsafeRawBufferPointer(buffer))
    return try body(&reader)
  }
}

@Suite struct ByteCodecTests {
  @Test(
    "A varint takes the bytes its size needs",
    arguments: [
      (0, [0x00]), (127, [0x7f]), (128, [0x80, 0x01]), (300, [0xac, 0x02]),
      (.max, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
    ] as [(UInt64, [UInt8])])
  func varint(value: UInt64, encoded: [UInt8]) throws {
    var writer = ByteWriter()
    writer.varint(value)
    #expect(writer.bytes == encoded)
    #expect(try read(encoded) { (reader) throws(ByteReaderError) in try reader.varint() } == value)
  }

  @Test("Everything written is read back, at any size", arguments: [1, 2, 3] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let unsigned = random.next() >> (random.next() % 64)
      let signed = Int64(bitPattern: random.next()) >> (random.next() % 64)
      let text = String(repeating: "ä€", count: Int(random.next() % 4))
      var writer = ByteWriter()
      writer.write(UInt8(truncatingIfNeeded: unsigned))
      writer.varint(unsigned)
      writer.zigzag(signed)
      writer.fixed32(UInt32(truncatingIfNeeded: unsigned))
      writer.fixed64(unsigned)
      writer.string(text)
      writer.optionalZigzag(signed)
      writer.optionalVarint(nil)
      writer.optionalString(text)

      try read(writer.bytes) { (reader) throws(ByteReaderError) in
        #expect(try reader.byte() == UInt8(truncatingIfNeeded: unsigned))
        #expect(try reader.varint() == unsigned)
        #expect(try reader.zigzag() == signed)
        #expect(try reader.fixed32() == UInt32(truncatingIfNeeded: unsigned))
        #expect(try reader.fixed64() == unsigned)
        #expect(try reader.string() == text)
        #expect(try reader.optionalZigzag() == signed)
        #expect(try reader.optionalVarint() == nil)
        #expect(try reader.optionalString() == text)
        #expect(reader.isAtEnd)
      }
    }
  }

  @Test(
    "The extremes of a signed number survive",
    arguments: [.min, .min + 1, -1, 0, 1, .max] as [Int64])
  func zigzag(value: Int64) throws {
    var writer = ByteWriter()
    writer.zigzag(value)
    #expect(
      try read(writer.bytes) { (reader) throws(ByteReaderError) in try reader.zigzag() } == value)
  }

  @Test("A text cut anywhere is an error, not a crash")
  func truncated() {
    var writer = ByteWriter()
    writer.string("DE*ABC*E1")
    for count in 0..<writer.count {
      #expect(throws: ByteReaderError.self) {
        try read(Array(writer.bytes[..<count])) { (reader) throws(ByteReaderError) in
          try reader.string()
        }
      }
    }
  }

  @Test(
    "Numbers with more than 64 bits or more bytes than they need are refused",
    arguments: [
      [UInt8](repeating: 0xff, count: 11), [UInt8](repeating: 0xff, count: 9) + [0x02],
      [0x80, 0x00], [UInt8](repeating: 0x80, count: 10) + [0x01],
    ])
  func badVarint(bytes: [UInt8]) {
    #expect(throws: ByteReaderError(offset: 0, reason: .badVarint)) {
      try read(bytes) { (reader) throws(ByteReaderError) in try reader.varint() }
    }
  }

  @Test("A length beyond the end, a third truth value and bad UTF-8 are named with their offset")
  func named() {
    #expect(throws: ByteReaderError(offset: 2, reason: .pastTheEnd)) {
      try read([200, 1]) { (reader) throws(ByteReaderError) in
        _ = try reader.byte()
        _ = try reader.bytes()
      }
    }
    #expect(throws: ByteReaderError(offset: 0, reason: .notABoolean)) {
      try read([2]) { (reader) throws(ByteReaderError) in _ = try reader.boolean() }
    }
    #expect(throws: ByteReaderError(offset: 0, reason: .notUTF8)) {
      try read([1, 0xff]) { (reader) throws(ByteReaderError) in _ = try reader.string() }
    }
    #expect(throws: ByteReaderError(offset: 0, reason: .pastTheEnd)) {
      try read([9, 1]) { (reader) throws(ByteReaderError) in _ = try reader.count() }
    }
  }
}

@Suite("Hexadecimal digits")
struct HexadecimalTests {
  @Test("Bytes are read back from their digits, of either case, and other text is none")
  func digits() {
    let bytes = (0...255).map { UInt8($0) }
    let digits = Hexadecimal.string(of: bytes)
    #expect(Hexadecimal.bytes(digits) == bytes)
    #expect(Hexadecimal.bytes(digits.uppercased()) == bytes)
    #expect(Hexadecimal.bytes("") == [])
    for text in ["0", "0g", "g0", "0 ", "0x", "é1", ":0", "/0", "@0", "`0"] {
      #expect(Hexadecimal.bytes(text) == nil, "\(text)")
    }
  }
}
