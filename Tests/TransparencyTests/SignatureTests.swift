import Testing
import Transparency

/// RFC 8032, section 7.1: seed, public key, message, signature.
private let vectors = [
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
      + "d25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
      + "387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
      + "4a7c15e9716ed28dc027beceea1ec40a",
  ],
].map { $0.map(bytes) }

/// The order of the group, 2^252 + 27742317777372353535851937790883648493, lowest byte first.
private let groupOrder =
  bytes("edd3f55c1a631258d69cf7a2def9de14") + Array(repeating: 0, count: 15) + [0x10]

@Suite("Ed25519")
struct SignatureTests {
  @Test("Keys and signatures are those of RFC 8032", arguments: vectors)
  func publicVectors(vector: [[UInt8]]) throws {
    let key = try #require(Ed25519PrivateKey(seed: vector[0]))
    #expect(key.publicKey.bytes == vector[1])
    #expect(key.signature(for: vector[2]) == vector[3])
    #expect(key.publicKey.isValid(signature: vector[3], for: vector[2]))
  }

  @Test("A signature with any one bit flipped, or of another message, is wrong")
  func flippedBits() throws {
    let key = try #require(Ed25519PublicKey(bytes: vectors[2][1]))
    let (message, signature) = (vectors[2][2], vectors[2][3])
    for bit in 0..<512 {
      var changed = signature
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!key.isValid(signature: changed, for: message), "bit \(bit)")
    }
    #expect(!key.isValid(signature: signature, for: message + [0]))
    #expect(!key.isValid(signature: Array(signature.dropLast()), for: message))
    #expect(!key.isValid(signature: signature + [0], for: message))
    #expect(!key.isValid(signature: [], for: message))
  }

  @Test(
    "The same signature with the order of the group added to its scalar is refused",
    arguments: vectors)
  func scalarNotReduced(vector: [[UInt8]]) throws {
    let key = try #require(Ed25519PublicKey(bytes: vector[1]))
    var signature = vector[3]
    var carry = 0
    for index in 0..<32 {
      let sum = Int(signature[32 + index]) + Int(groupOrder[index]) + carry
      signature[32 + index] = UInt8(sum & 0xff)
      carry = sum >> 8
    }
    #expect(carry == 0)
    #expect(!key.isValid(signature: signature, for: vector[2]))
  }

  @Test(
    "Keys of small order, under which one signature fits any message, are refused",
    arguments: [
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ])
  func smallOrder(key: String) {
    var key = bytes(key)
    #expect(Ed25519PublicKey(bytes: key) == nil)
    key[31] |= 0x80
    #expect(Ed25519PublicKey(bytes: key) == nil)
  }

  @Test("Keys have 32 bytes, and new ones differ")
  func newKeys() throws {
    #expect(Ed25519PublicKey(bytes: Array(repeating: 7, count: 31)) == nil)
    #expect(Ed25519PrivateKey(seed: Array(repeating: 7, count: 33)) == nil)
    let (first, second) = (try #require(Ed25519PrivateKey()), try #require(Ed25519PrivateKey()))
    #expect(first.seed != second.seed)
    let signature = try #require(first.signature(for: [1, 2, 3]))
    #expect(first.publicKey.isValid(signature: signature, for: [1, 2, 3]))
    #expect(!second.publicKey.isValid(signature: signature, for: [1, 2, 3]))
  }
}

@Suite("Base 64")
struct Base64Tests {
  @Test(
    "The examples of RFC 4648, section 10, both ways",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("\u{ff}\u{fe}", "w7/Dvg=="),
    ])
  func examples(plain: String, encoded: String) {
    #expect(Base64.encode(plain.utf8) == encoded)
    #expect(Base64.decode(encoded.utf8) == Array(plain.utf8))
  }

  @Test(
    "Only the one form is read",
    arguments: ["Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==\n", "Z g=", "Zg==Zg==", "_-8="])
  func strict(text: String) {
    #expect(Base64.decode(text.utf8) == nil)
  }
}
