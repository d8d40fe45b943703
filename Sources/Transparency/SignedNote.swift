/// A text with the signatures under it (C2SP signed-note, version 1).
///
/// The text means nothing until ``verify(with:)`` has found a signature of somebody who is trusted.
public struct SignedNote: Hashable, Sendable {
  /// What is signed, with the newline at its end.
  public let text: String
  /// The signatures, in order.
  public private(set) var signatures: [NoteSignature]

  /// The most signatures that a note may have. The format asks for at least 16.
  public static let maxSignatures = 100
  /// The longest note, in bytes.
  public static let maxBytes = 1_000_000

  /// Signs `text`, which ends in a newline.
  public init(signing text: String, with key: NoteSigningKey) throws(NoteError) {
    guard text.utf8.last == newline, LineText.isClean(Array(text.utf8)) else { throw .badText }
    self.text = text
    self.signatures = [try key.signature(of: text)]
  }

  /// Reads a note. Says nothing of whether its signatures are right.
  public init(parsing bytes: [UInt8]) throws(NoteError) {
    guard bytes.count <= Self.maxBytes else { throw .tooLong }
    guard LineText.isClean(bytes), bytes.last == newline else { throw .badText }
    // The last empty line is the one before the signatures, which are not empty.
    var start = bytes.count - 1
    while start > 0 && !(bytes[start] == newline && bytes[start - 1] == newline) { start -= 1 }
    guard start > 0, start < bytes.count - 1 else { throw .noSignature }
    let lines = bytes[(start + 1)..<(bytes.count - 1)].split(
      separator: newline, omittingEmptySubsequences: false)
    guard lines.count <= Self.maxSignatures else { throw .tooLong }
    var signatures: [NoteSignature] = []
    for line in lines { signatures.append(try NoteSignature(line: line)) }
    self.text = String(decoding: bytes[..<start], as: UTF8.self)
    self.signatures = signatures
  }

  /// The note as it is written to a file.
  public var encoded: String { text + "\n" + signatures.map(\.line).joined() }

  /// Checks the signatures of the keys that are known; those of others are not looked at.
  ///
  /// - Returns: the keys that have signed, at least one.
  /// - Throws: ``NoteError`` if no known key has signed, or a signature of one is wrong.
  @discardableResult
  public func verify(with keys: [NoteVerifierKey]) throws(NoteError) -> [NoteVerifierKey] {
    let message = Array(text.utf8)
    var found: [NoteVerifierKey] = []
    for signature in signatures {
      let signer = keys.first { $0.id == signature.keyID && $0.name == signature.name }
      guard let signer else { continue }
      guard signer.publicKey.isValid(signature: signature.bytes, for: message) else {
        throw .wrongSignature(name: signer.name)
      }
      if !found.contains(signer) { found.append(signer) }
    }
    guard !found.isEmpty else { throw .notSignedByKnownKey(names: signatures.map(\.name)) }
    return found
  }
}

/// One line under a note.
public struct NoteSignature: Hashable, Sendable {
  /// The name of the key.
  public let name: String
  /// The number of the key.
  public let keyID: UInt32
  /// The signature itself; its form depends on the key.
  public let bytes: [UInt8]

  /// An em dash and a space.
  private static let prefix = Array("\u{2014} ".utf8)

  init(name: String, keyID: UInt32, bytes: [UInt8]) {
    self.name = name
    self.keyID = keyID
    self.bytes = bytes
  }

  init(line: ArraySlice<UInt8>) throws(NoteError) {
    guard line.starts(with: Self.prefix) else { throw .badSignatureLine }
    let parts = line.dropFirst(Self.prefix.count)
      .split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 2, let data = Base64.decode(parts[1]), data.count > 4 else {
      throw .badSignatureLine
    }
    self.name = String(decoding: parts[0], as: UTF8.self)
    guard NoteName.isValid(name) else { throw .badSignatureLine }
    self.keyID = data[..<4].reduce(0) { $0 << 8 | UInt32($1) }
    self.bytes = Array(data.dropFirst(4))
  }

  /// The line, with its newline.
  var line: String {
    let id = withUnsafeBytes(of: keyID.bigEndian) { Array($0) }
    return "\u{2014} \(name) \(Base64.encode(id + bytes))\n"
  }
}

let newline = UInt8(ascii: "\n")

/// The texts that notes are made of.
enum LineText {
  /// Whether the bytes are UTF-8 without control characters other than newlines.
  static func isClean(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { $0 >= 0x20 || $0 == newline }
      && String(validating: bytes, as: UTF8.self) != nil
  }

  /// A decimal number in its one form: no sign, no zeros before it.
  static func number(_ digits: some Collection<UInt8>) -> UInt64? {
    guard let number = UInt64(String(decoding: digits, as: UTF8.self)),
      String(number).utf8.elementsEqual(digits)
    else { return nil }
    return number
  }
}

/// Why a note or a key cannot be read or believed.
public enum NoteError: Error, Hashable, Sendable {
  /// The name of a key is empty or has spaces, plus signs or control characters.
  case badName
  case badKey
  /// A key of another kind than Ed25519.
  case unknownKeyType
  /// The text is not UTF-8, has control characters, or does not end in a newline.
  case badText
  case badSignatureLine
  case noSignature
  case tooLong
  case wrongSignature(name: String)
  case notSignedByKnownKey(names: [String])
  /// A note that is signed, but no checkpoint.
  case notACheckpoint
  /// A checkpoint of another log.
  case wrongOrigin(String, expected: String)
  case notAProof(line: Int)
  /// libcrypto has no Ed25519.
  case cannotSign
}

extension NoteError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badName: "a key's name must not be empty or have spaces or plus signs"
    case .badKey: "the key is incomplete or mistyped: its name, hash and bytes do not match"
    case .unknownKeyType: "the key is not an Ed25519 key of a signed note (type 1)"
    case .badText: "the note is not UTF-8 lines without control characters"
    case .badSignatureLine: "a line below the note's text is not a signature"
    case .noSignature: "the note has no signature"
    case .tooLong:
      "the note is above \(SignedNote.maxBytes) bytes or \(SignedNote.maxSignatures) signatures"
    case .wrongSignature(let name):
      "the signature of \(name) is wrong: the note was changed after it was signed"
    case .notSignedByKnownKey(let names):
      "the note is not signed by the key that was given, but by \(names.joined(separator: ", "))"
    case .notACheckpoint: "the note is not a checkpoint: origin, size and root hash, a line each"
    case .wrongOrigin(let origin, let expected):
      "the checkpoint is of the log \(origin), not of \(expected)"
    case .notAProof(let line): "line \(line) is not what a proof has there"
    case .cannotSign: "libcrypto cannot make Ed25519 signatures"
    }
  }
}
