import Bytes

/// A file that proves, without the log, that a leaf is in it (C2SP tlog-proof, version 1).
public struct InclusionProofFile: Hashable, Sendable {
  /// Data that the proof does not vouch for, such as what the leaf is made from; nil if none.
  public var extra: [UInt8]?
  /// The index of the leaf, from 0.
  public var index: UInt64
  /// The hashes beside the way from the leaf to the root, from below.
  public var hashes: [SHA256Digest]
  /// The checkpoint of the tree.
  public var checkpoint: SignedNote

  private static let header = "c2sp.org/tlog-proof@v1"

  /// From its parts.
  public init(
    extra: [UInt8]?, index: UInt64, hashes: [SHA256Digest], checkpoint: SignedNote
  ) {
    self.extra = extra
    self.index = index
    self.hashes = hashes
    self.checkpoint = checkpoint
  }

  /// The file.
  public var encoded: String {
    var text = Self.header + "\n"
    if let extra { text += "extra \(Base64.encode(extra))\n" }
    text += "index \(index)\n"
    return text + ProofLines.encode(hashes, checkpoint)
  }

  /// Reads a file. Says nothing of whether it proves anything.
  public init(parsing bytes: [UInt8]) throws(NoteError) {
    var lines = ProofLines(bytes)
    guard try lines.next().elementsEqual(Self.header.utf8) else { throw lines.error }
    var line = try lines.next()
    if let encoded = ProofLines.value(of: line, after: "extra ") {
      guard let extra = Base64.decode(encoded) else { throw lines.error }
      self.extra = extra
      line = try lines.next()
    }
    guard let digits = ProofLines.value(of: line, after: "index "),
      let index = LineText.number(digits)
    else { throw lines.error }
    self.index = index
    self.hashes = try lines.hashes()
    self.checkpoint = try SignedNote(parsing: lines.rest)
  }

  /// Checks that `leaf` is in the log that `key` speaks for.
  ///
  /// - Returns: the checkpoint that it is under.
  /// - Throws: ``NoteError`` or ``ProofError`` if the file does not prove it.
  @discardableResult
  public func verify(leaf: SHA256Digest, log key: NoteVerifierKey) throws -> Checkpoint {
    let checkpoint = try Checkpoint(checkpoint, signedBy: key)
    try MerkleProof.verifyInclusion(
      of: leaf, at: index, in: checkpoint.head, proof: hashes, with: TreeHasher())
    return checkpoint
  }
}

/// A file that proves that a log has only grown since an older checkpoint. It is what a witness is
/// sent (C2SP tlog-witness, `add-checkpoint`).
public struct ConsistencyProofFile: Hashable, Sendable {
  /// The size of the older tree.
  public var oldSize: UInt64
  /// The proof (RFC 6962, section 2.1.2).
  public var hashes: [SHA256Digest]
  /// The checkpoint of the newer tree.
  public var checkpoint: SignedNote

  /// From its parts.
  public init(oldSize: UInt64, hashes: [SHA256Digest], checkpoint: SignedNote) {
    self.oldSize = oldSize
    self.hashes = hashes
    self.checkpoint = checkpoint
  }

  /// The file.
  public var encoded: String { "old \(oldSize)\n" + ProofLines.encode(hashes, checkpoint) }

  /// Reads a file. Says nothing of whether it proves anything.
  public init(parsing bytes: [UInt8]) throws(NoteError) {
    var lines = ProofLines(bytes)
    guard let digits = ProofLines.value(of: try lines.next(), after: "old "),
      let oldSize = LineText.number(digits)
    else { throw lines.error }
    self.oldSize = oldSize
    self.hashes = try lines.hashes()
    self.checkpoint = try SignedNote(parsing: lines.rest)
  }

  /// Checks that the log that `key` speaks for has only grown since `old`.
  ///
  /// - Returns: the newer checkpoint.
  /// - Throws: ``NoteError`` or ``ProofError`` if the file does not prove it.
  @discardableResult
  public func verify(since old: Checkpoint, log key: NoteVerifierKey) throws -> Checkpoint {
    let checkpoint = try Checkpoint(checkpoint, signedBy: key)
    guard old.origin == key.name else {
      throw NoteError.wrongOrigin(old.origin, expected: key.name)
    }
    guard old.head.size == oldSize else { throw NoteError.notAProof(line: 1) }
    try MerkleProof.verifyConsistency(
      from: old.head, to: checkpoint.head, proof: hashes, with: TreeHasher())
    return checkpoint
  }
}

/// The lines of a proof file, one after the other.
private struct ProofLines {
  /// What has not been read yet.
  private var remaining: ArraySlice<UInt8>
  private var number = 0

  /// A path has one hash a level.
  private static let maxHashes = 64

  init(_ bytes: [UInt8]) { remaining = bytes[...] }

  /// The line that was read last is wrong.
  var error: NoteError { .notAProof(line: number) }

  var rest: [UInt8] { Array(remaining) }

  mutating func next() throws(NoteError) -> ArraySlice<UInt8> {
    number += 1
    guard let end = remaining.firstIndex(of: newline) else { throw error }
    defer { remaining = remaining[(end + 1)...] }
    return remaining[..<end]
  }

  /// The hashes, a line each, and the empty line behind them.
  mutating func hashes() throws(NoteError) -> [SHA256Digest] {
    var hashes: [SHA256Digest] = []
    while true {
      let line = try next()
      if line.isEmpty { return hashes }
      guard hashes.count < Self.maxHashes, let hash = SHA256Digest(base64: line) else {
        throw error
      }
      hashes.append(hash)
    }
  }

  static func value(of line: ArraySlice<UInt8>, after name: String) -> ArraySlice<UInt8>? {
    line.starts(with: name.utf8) ? line.dropFirst(name.utf8.count) : nil
  }

  static func encode(_ hashes: [SHA256Digest], _ checkpoint: SignedNote) -> String {
    hashes.map { $0.base64 + "\n" }.joined() + "\n" + checkpoint.encoded
  }
}
