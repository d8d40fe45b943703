import Bytes

/// What a log signs: its name, and the head of its tree (C2SP tlog-checkpoint).
public struct Checkpoint: Hashable, Sendable {
  /// The name of the log for ever. A log that was forked needs a new one.
  public let origin: String
  /// The tree.
  public let head: TreeHead
  /// Lines of meaning elsewhere. This ledger writes none.
  public let extensions: [String]

  /// A checkpoint of a log.
  public init(origin: String, head: TreeHead) {
    self.origin = origin
    self.head = head
    self.extensions = []
  }

  /// Reads the text of a note. Whether it is signed is the note's matter.
  public init(text: String) throws(NoteError) {
    var lines = text.utf8.split(separator: newline, omittingEmptySubsequences: false)
    guard lines.popLast()?.isEmpty == true, lines.count >= 3, !lines.contains(where: \.isEmpty),
      let size = LineText.number(lines[1]), let root = SHA256Digest(base64: lines[2])
    else { throw .notACheckpoint }
    self.origin = String(Substring(lines[0]))
    self.head = TreeHead(size: size, root: root)
    self.extensions = lines.dropFirst(3).map { String(Substring($0)) }
    guard size > 0 || root == TreeHasher.emptyRoot else { throw .notACheckpoint }
  }

  /// The text to sign: origin, size and root, a line each.
  public var text: String {
    ([origin, String(head.size), head.root.base64] + extensions).map { $0 + "\n" }.joined()
  }

  /// Signs the checkpoint; its origin is the name of the key.
  public static func sign(_ head: TreeHead, with key: NoteSigningKey) throws(NoteError)
    -> SignedNote
  {
    let checkpoint = Checkpoint(origin: key.verifierKey.name, head: head)
    return try SignedNote(signing: checkpoint.text, with: key)
  }

  /// The checkpoint of a note that the log with `key` has signed.
  ///
  /// - Throws: ``NoteError`` if the signature is wrong or missing, or the origin is not the key's
  ///   name.
  public init(_ note: SignedNote, signedBy key: NoteVerifierKey) throws(NoteError) {
    try note.verify(with: [key])
    self = try Checkpoint(text: note.text)
    guard origin == key.name else { throw .wrongOrigin(origin, expected: key.name) }
  }
}

extension SHA256Digest {
  /// The digest as notes and proofs write it.
  public var base64: String { withUnsafeBytes { Base64.encode($0) } }

  /// Reads ``base64``; nil if it is anything else.
  public init?(base64 text: some Collection<UInt8>) {
    guard let bytes = Base64.decode(text),
      let digest = bytes.withUnsafeBytes({ SHA256Digest(bytes: $0) })
    else { return nil }
    self = digest
  }
}
