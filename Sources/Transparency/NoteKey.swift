import Bytes

/// The public key of a signer of notes: a name, and an Ed25519 key (C2SP signed-note, type 0x01).
///
/// As text, a "vkey": `name+hash+base64`.
public struct NoteVerifierKey: Hashable, Sendable {
  /// The name, such as `example.com/ledger`; for the log itself, its origin.
  public let name: String
  /// The key.
  public let publicKey: Ed25519PublicKey
  /// The start of a hash of name and key, which signatures name beside the name.
  public let id: UInt32

  static let ed25519: UInt8 = 1

  /// - Throws: ``NoteError`` if the name is not one that a note can carry.
  public init(name: String, publicKey: Ed25519PublicKey) throws(NoteError) {
    guard NoteName.isValid(name) else { throw .badName }
    self.name = name
    self.publicKey = publicKey
    self.id = NoteName.keyID(name, [Self.ed25519] + publicKey.bytes)
  }

  /// Reads a vkey.
  public init(vkey: String) throws(NoteError) {
    // Base 64 may have a plus, too.
    let parts = vkey.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let encoded = Base64.decode(parts[2].utf8) else { throw .badKey }
    guard encoded.first == Self.ed25519 else { throw .unknownKeyType }
    guard let key = Ed25519PublicKey(bytes: Array(encoded.dropFirst())) else { throw .badKey }
    try self.init(name: String(parts[0]), publicKey: key)
    guard NoteName.hexadecimal(id) == parts[1] else { throw .badKey }
  }

  /// The vkey: what to hand to whoever is to check notes.
  public var vkey: String {
    let key = Base64.encode([Self.ed25519] + publicKey.bytes)
    return "\(name)+\(NoteName.hexadecimal(id))+\(key)"
  }
}

/// The private key of a signer of notes. As text: `PRIVATE+KEY+name+hash+base64`.
public struct NoteSigningKey: Sendable {
  /// What checks the signatures of this key.
  public let verifierKey: NoteVerifierKey
  private let privateKey: Ed25519PrivateKey

  private static let prefix = "PRIVATE+KEY+"

  /// A key of `name`; a new one if none is given.
  public init(
    name: String, privateKey: Ed25519PrivateKey? = Ed25519PrivateKey()
  ) throws(NoteError) {
    guard let privateKey else { throw .cannotSign }
    self.verifierKey = try NoteVerifierKey(name: name, publicKey: privateKey.publicKey)
    self.privateKey = privateKey
  }

  /// Reads what ``text`` is.
  public init(text: String) throws(NoteError) {
    guard text.hasPrefix(Self.prefix) else { throw .badKey }
    let parts = text.dropFirst(Self.prefix.count)
      .split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let encoded = Base64.decode(parts[2].utf8) else { throw .badKey }
    guard encoded.first == NoteVerifierKey.ed25519 else { throw .unknownKeyType }
    guard let key = Ed25519PrivateKey(seed: Array(encoded.dropFirst())) else { throw .badKey }
    try self.init(name: String(parts[0]), privateKey: key)
    guard NoteName.hexadecimal(verifierKey.id) == parts[1] else { throw .badKey }
  }

  /// The key as text. It is a secret.
  public var text: String {
    let key = Base64.encode([NoteVerifierKey.ed25519] + privateKey.seed)
    return "\(Self.prefix)\(verifierKey.name)+\(NoteName.hexadecimal(verifierKey.id))+\(key)"
  }

  func signature(of text: String) throws(NoteError) -> NoteSignature {
    guard let bytes = privateKey.signature(for: Array(text.utf8)) else { throw .cannotSign }
    return NoteSignature(name: verifierKey.name, keyID: verifierKey.id, bytes: bytes)
  }
}

/// What the names of keys have in common.
enum NoteName {
  /// Names stand between spaces in lines, and before a plus in keys.
  static func isValid(_ name: String) -> Bool {
    !name.isEmpty
      && name.unicodeScalars.allSatisfy {
        $0 != "+" && $0.value >= 0x20 && !$0.properties.isWhitespace
      }
  }

  static func keyID(_ name: String, _ key: [UInt8]) -> UInt32 {
    let digest = SHA256Digest.digest(of: Array(name.utf8) + [UInt8(ascii: "\n")] + key)
    return digest.withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(as: UInt32.self)) }
  }

  /// Eight digits, lower case.
  static func hexadecimal(_ id: UInt32) -> String {
    withUnsafeBytes(of: id.bigEndian) { Hexadecimal.string(of: $0) }
  }
}
