import Bytes
import Testing

private func checksum(_ bytes: [UInt8], continuing previous: UInt32 = 0) -> UInt32 {
  bytes.withUnsafeBytes { CRC32C.checksum($0, continuing: previous) }
}

@Suite struct CRC32CTests {
  @Test(
    "The vectors of RFC 3720 B.4 come out",
    arguments: [
      (Array("123456789".utf8), 0xe306_9283),
      ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
      ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
      (Array(0..<32), 0x46dd_794e),
      ([], 0),
    ] as [([UInt8], UInt32)])
  func vectors(bytes: [UInt8], expected: UInt32) {
    #expect(checksum(bytes) == expected)
  }

  @Test("A checksum in two pieces is the checksum of the whole, wherever the cut is")
  func continuing() {
    let bytes = [UInt8](0..<100)
    for cut in 0...100 {
      let first = checksum(Array(bytes[..<cut]))
      #expect(checksum(Array(bytes[cut...]), continuing: first) == checksum(bytes))
    }
  }
}

@Suite struct SHA256Tests {
  @Test("The digest of `abc` is that of FIPS 180-4")
  func abc() {
    let digest = Array("abc".utf8).withUnsafeBytes { SHA256Hasher.digest(of: $0) }
    #expect(
      digest.description == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test("Pieces hash as the whole, and the hasher starts afresh afterwards")
  func pieces() {
    let hasher = SHA256Hasher()
    Array("a".utf8).withUnsafeBytes { hasher.update($0) }
    Array("bc".utf8).withUnsafeBytes { hasher.update($0) }
    let first = hasher.finalize()
    Array("abc".utf8).withUnsafeBytes { hasher.update($0) }
    #expect(hasher.finalize() == first)
    #expect(
      hasher.finalize().description
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test("A digest goes through its bytes, and only 32 bytes are one")
  func bytes() {
    let digest = Array("abc".utf8).withUnsafeBytes { SHA256Hasher.digest(of: $0) }
    #expect(digest.withUnsafeBytes { SHA256Digest(bytes: $0) } == digest)
    #expect([UInt8](repeating: 0, count: 31).withUnsafeBytes { SHA256Digest(bytes: $0) } == nil)
  }
}

@Suite struct StableHash64Tests {
  @Test("Hashes never change: they are on disk")
  func golden() {
    #expect([UInt8]().withUnsafeBytes { StableHash64.hash($0) } == 0xf52a_15e9_a9b5_e89b)
    #expect(Array("CP-1".utf8).withUnsafeBytes { StableHash64.hash($0) } == 0xcdb4_98e2_7baa_bfc7)
  }

  @Test("Where one text ends and the next begins makes a difference")
  func boundaries() {
    var left = StableHash64()
    left.combine(text: "ab")
    left.combine(text: "c")
    var right = StableHash64()
    right.combine(text: "a")
    right.combine(text: "bc")
    #expect(left.value != right.value)
  }
}
