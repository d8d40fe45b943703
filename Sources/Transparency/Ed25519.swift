import CCrypto

/// A public key of Ed25519 (RFC 8032), by the system's libcrypto.
public struct Ed25519PublicKey: Hashable, Sendable {
  /// The 32 bytes of the key.
  public let bytes: [UInt8]

  /// The number of bytes in a key.
  public static let byteCount = 32
  /// The number of bytes in a signature.
  public static let signatureByteCount = 64

  /// A key from its bytes; nil unless there are 32, and if the key is one of the few points of
  /// small order: anybody can make signatures that those accept.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount, !Self.isOfSmallOrder(bytes) else { return nil }
    self.bytes = bytes
  }

  fileprivate init(derived bytes: [UInt8]) { self.bytes = bytes }

  /// Whether `signature` is this key's signature of `message`. A signature has one form: a scalar
  /// at or above the order of the group is refused (RFC 8032, section 5.1.7).
  public func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
    guard signature.count == Self.signatureByteCount,
      let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
    else { return false }
    defer { EVP_PKEY_free(key) }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
      && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }

  /// The y-coordinates, lowest byte first, of all points whose order divides 8: 0, 1, p - 1, those
  /// that are not reduced (p, p + 1), and the two of order 8. The top bit is the sign of x.
  private static func isOfSmallOrder(_ bytes: [UInt8]) -> Bool {
    var y = bytes
    y[31] &= 0x7f
    return smallOrder.contains(y)
  }

  private static let smallOrder: [[UInt8]] = {
    func number(_ first: UInt8, _ middle: UInt8, _ last: UInt8) -> [UInt8] {
      [first] + Array(repeating: middle, count: 30) + [last]
    }
    return [
      number(0, 0, 0), number(1, 0, 0), number(0xec, 0xff, 0x7f), number(0xed, 0xff, 0x7f),
      number(0xee, 0xff, 0x7f),
      [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
      ],
      [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
      ],
    ]
  }()
}

/// A private key of Ed25519 (RFC 8032): 32 random bytes.
public struct Ed25519PrivateKey: Sendable {
  /// The secret itself.
  public let seed: [UInt8]
  /// The key that checks the signatures of this one.
  public let publicKey: Ed25519PublicKey

  /// A new key from libcrypto's random source; nil if libcrypto has no Ed25519.
  public init?() {
    var seed = [UInt8](repeating: 0, count: Ed25519PublicKey.byteCount)
    var count = seed.count
    guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil) else { return nil }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_keygen(context, &key) == 1 else {
      return nil
    }
    defer { EVP_PKEY_free(key) }
    guard EVP_PKEY_get_raw_private_key(key, &seed, &count) == 1 else { return nil }
    self.init(seed: seed)
  }

  /// The key of a seed of 32 bytes; nil if there are more or fewer.
  public init?(seed: [UInt8]) {
    guard seed.count == Ed25519PublicKey.byteCount,
      let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
    else { return nil }
    defer { EVP_PKEY_free(key) }
    var publicKey = [UInt8](repeating: 0, count: Ed25519PublicKey.byteCount)
    var count = publicKey.count
    guard EVP_PKEY_get_raw_public_key(key, &publicKey, &count) == 1 else { return nil }
    self.seed = seed
    self.publicKey = Ed25519PublicKey(derived: publicKey)
  }

  /// The 64 bytes of the signature of `message`; always the same ones. nil if libcrypto fails.
  public func signature(for message: [UInt8]) -> [UInt8]? {
    guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
      return nil
    }
    defer { EVP_PKEY_free(key) }
    guard let context = EVP_MD_CTX_new() else { return nil }
    defer { EVP_MD_CTX_free(context) }
    var signature = [UInt8](repeating: 0, count: Ed25519PublicKey.signatureByteCount)
    var count = signature.count
    guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
      EVP_DigestSign(context, &signature, &count, message, message.count) == 1
    else { return nil }
    return signature
  }
}
