import EventLog
import Foundation
import Transparency

/// The file with a log's private key, and beside it the checkpoint that was signed last.
///
/// While it is open, no other process can sign with it.
struct KeyFile: ~Copyable {
  let path: String
  let key: NoteSigningKey
  private let descriptor: Int32

  /// Opens a key that only its owner can read.
  init(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SmallFile.failure("read the key", path) }
    do {
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
        throw Failure.input("others can read the key \(path). Run: chmod 600 '\(path)'")
      }
      guard flock(descriptor, LOCK_EX) == 0 else { throw SmallFile.failure("lock the key", path) }
      let text = String(decoding: try SmallFile.read(path), as: UTF8.self)
      self.key = try NoteSigningKey(text: String(text.prefix { !$0.isNewline }))
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Writes a new key. Never over a file that is there, and never into a ledger: its backups are
  /// to be worth nothing to somebody who wants to forge a history.
  static func create(_ key: NoteSigningKey, at path: String) throws {
    var directory = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath()
    repeat {
      directory.deleteLastPathComponent()
      if FileManager.default.fileExists(atPath: directory.appending(path: "ledger.json").path) {
        throw Failure.input(
          "\(path) is inside the ledger \(directory.path). Keep the key elsewhere, so that a copy "
            + "of the ledger cannot sign")
      }
    } while directory.path != "/"
    try SmallFile.create(path, Array((key.text + "\n").utf8))
  }

  private var lastCheckpointPath: String { path + ".last-checkpoint" }

  /// Signs the head of a ledger, unless that contradicts what was signed before (SEMANTICS 28).
  /// What is returned has been noted on the disk.
  borrowing func sign(_ snapshot: borrowing LogSnapshot) throws -> SignedNote {
    let head = try snapshot.treeHead()
    if FileManager.default.fileExists(atPath: lastCheckpointPath) {
      let note = try SignedNote(parsing: try SmallFile.read(lastCheckpointPath))
      let last = try Checkpoint(note, signedBy: key.verifierKey).head
      do {
        let isSmaller = last.size > head.size
        let proof =
          isSmaller
          ? [] : try snapshot.consistencyProof(fromTreeOf: last.size, toTreeOf: head.size)
        try MerkleProof.verifyConsistency(
          from: last, to: head, proof: proof, with: TreeHasher())
      } catch let error as ProofError {
        throw Failure.check(
          "this ledger of \(head.size) events is not a continuation of the one of \(last.size) "
            + "events that was signed before (\(lastCheckpointPath)): \(error). It may be an older "
            + "backup. A log never signs two histories: go on with the ledger that was signed, or "
            + "give this one a new origin with log keygen")
      }
    }
    let note = try Checkpoint.sign(head, with: key)
    try SmallFile.replace(lastCheckpointPath, Array(note.encoded.utf8))
    return note
  }
}

/// Files that are read and written as a whole.
enum SmallFile {
  static func failure(_ operation: String, _ path: String) -> Failure {
    Failure.input("cannot \(operation) \(path): \(String(cString: strerror(errno)))")
  }

  static func read(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure.input("cannot read \(path)")
    }
    return Array(data)
  }

  /// Writes a new file that only its owner can read, and brings it to the disk.
  static func create(_ path: String, _ bytes: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("create", path) }
    defer { close(descriptor) }
    guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0
    else { throw failure("write", path) }
  }

  /// Puts a file in the place of another, so that a crash leaves either of them whole.
  static func replace(_ path: String, _ bytes: [UInt8]) throws {
    let temporary = path + ".new"
    unlink(temporary)
    try create(temporary, bytes)
    guard rename(temporary, path) == 0 else { throw failure("replace", path) }
    let parent = URL(filePath: path).deletingLastPathComponent().path
    let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw failure("sync", parent) }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw failure("sync", parent) }
  }
}
