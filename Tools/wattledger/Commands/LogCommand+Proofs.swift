import ArgumentParser
import EventLog
import Foundation
import Transparency

extension LogCommand {
  struct Keygen: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make the key that signs checkpoints of a log, and print its public half.",
      discussion: """
        NAME is the log's name (origin) in checkpoints for ever; use a domain of yours, such as \
        example.com/ledger. Hand the printed line (the vkey) to whoever is to check proofs.
        """)

    @Argument(help: "The log's name: no spaces, no plus signs.")
    var name: String

    @Option(help: "Where to write the private key: a new file, outside the ledger.")
    var key: String

    func run() throws {
      let key = try NoteSigningKey(name: name)
      try KeyFile.create(key, at: self.key)
      Terminal.print(key.verifierKey.vkey)
    }
  }

  struct Checkpoint: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sign the log as it is now (C2SP tlog-checkpoint), and print that.",
      discussion: """
        The signed checkpoint is kept beside the key, in FILE.last-checkpoint. A ledger that does \
        not continue it is not signed: exit code 1.
        """)

    @Option(help: "The private key, from log keygen.")
    var key: String

    @OptionGroup var ledger: LedgerOption

    func run() throws {
      let keyFile = try KeyFile(key)
      let ledger = try ledger.open(access: .readOnly)
      Terminal.write(try ledger.read { try keyFile.sign($0) }.encoded)
    }
  }

  struct Prove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prove that an event is in the log, or that the log has only grown.",
      discussion: """
        With a POSITION, prints a C2SP tlog-proof that holds the event too: the file alone is \
        enough for log check-proof. With --from, prints a consistency proof in the form that \
        witnesses take.
        """)

    @Argument(help: "The position of the event.")
    var position: UInt64?

    @Option(help: "An older checkpoint: prove that the log continues it.")
    var from: String?

    @Option(help: "Sign the log as it is now with this key.")
    var key: String?

    @Option(help: "Prove under this checkpoint, which is signed already.")
    var checkpoint: String?

    @Option(help: "Write the event to this new file, and leave it out of the proof.")
    var event: String?

    @OptionGroup var ledger: LedgerOption

    func validate() throws {
      guard (position == nil) != (from == nil) else {
        throw ValidationError("give either a position or --from")
      }
      guard (key == nil) != (checkpoint == nil) else {
        throw ValidationError("give either --key or --checkpoint")
      }
      if event != nil && position == nil { throw ValidationError("--event needs a position") }
    }

    func run() throws {
      let ledger = try ledger.open(access: .readOnly)
      try ledger.read { snapshot in
        let note = try signedNote(snapshot)
        let head = try Transparency.Checkpoint(text: note.text).head
        do {
          if let position {
            try proveInclusion(of: position, note, head, snapshot)
          } else if let from {
            try proveConsistency(from: from, note, head, snapshot)
          }
        } catch ProofError.wrongRoot {
          throw Failure.check(
            "the ledger's events are not those of the checkpoint: they were changed, or it is of "
              + "another ledger")
        } catch let error as ProofError {
          throw Failure.input("\(error)")
        }
      }
    }

    private func signedNote(_ snapshot: borrowing LogSnapshot) throws -> SignedNote {
      if let key { return try KeyFile(key).sign(snapshot) }
      return try SignedNote(parsing: try SmallFile.read(checkpoint ?? ""))
    }

    private func proveInclusion(
      of position: UInt64, _ note: SignedNote, _ head: TreeHead, _ snapshot: borrowing LogSnapshot
    ) throws {
      let hashes = try snapshot.inclusionProof(ofPosition: position, inTreeOf: head.size)
      guard let evidence = try snapshot.evidence(at: position) else {
        throw ProofError.indexBeyondTree(index: position - 1, size: head.size)
      }
      try MerkleProof.verifyInclusion(
        of: evidence.leaf, at: position - 1, in: head, proof: hashes, with: TreeHasher())
      if let event { try SmallFile.create(event, evidence.encoded) }
      let file = InclusionProofFile(
        extra: event == nil ? evidence.encoded : nil, index: position - 1, hashes: hashes,
        checkpoint: note)
      Terminal.write(file.encoded)
    }

    private func proveConsistency(
      from path: String, _ note: SignedNote, _ head: TreeHead, _ snapshot: borrowing LogSnapshot
    ) throws {
      let older = try SignedNote(parsing: try SmallFile.read(path))
      let old = try Transparency.Checkpoint(text: older.text).head
      let hashes = try snapshot.consistencyProof(fromTreeOf: old.size, toTreeOf: head.size)
      try MerkleProof.verifyConsistency(from: old, to: head, proof: hashes, with: TreeHasher())
      let file = ConsistencyProofFile(oldSize: old.size, hashes: hashes, checkpoint: note)
      Terminal.write(file.encoded)
    }
  }

  struct CheckProof: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check-proof",
      abstract: "Check a proof without the ledger, and print the event that it proves.",
      discussion: "Exit code 1 if the file proves nothing.")

    @Argument(help: "The proof, from log prove.")
    var file: String

    @Option(help: "The log's public key, as log keygen printed it.")
    var vkey: String

    @Option(help: "The event, if the proof does not hold it.")
    var event: String?

    @Option(help: "The older checkpoint, if the proof is of growth.")
    var from: String?

    func run() throws {
      let log = try NoteVerifierKey(vkey: vkey)
      let bytes = try SmallFile.read(file)
      do {
        if bytes.starts(with: "old ".utf8) {
          try checkGrowth(try ConsistencyProofFile(parsing: bytes), log)
        } else {
          try checkEvent(try InclusionProofFile(parsing: bytes), log)
        }
      } catch let error as ProofError {
        throw Failure.check("\(file) proves nothing: \(error)")
      } catch let error as NoteError {
        throw Failure.check("\(file) proves nothing: \(error)")
      }
    }

    private func checkEvent(_ proof: InclusionProofFile, _ log: NoteVerifierKey) throws {
      let encoded = try event.map { try SmallFile.read($0) } ?? proof.extra
      guard let encoded else {
        throw Failure.input("the proof does not hold the event. Give it with --event")
      }
      let (position, overflow) = proof.index.addingReportingOverflow(1)
      guard let evidence = EventEvidence(decoding: encoded), !overflow else {
        throw Failure.check("\(event ?? file) does not hold an event")
      }
      let checkpoint = try proof.verify(leaf: evidence.leaf, log: log)
      let envelope = try evidence.envelope(at: position)
      evidence.body.withUnsafeBytes { body in
        Terminal.write(
          EventLine.json(
            envelope, station: envelope.station == 0 ? nil : evidence.stationName, body))
      }
      Terminal.note(
        "proved: event \(position) of the \(checkpoint.head.size) of \(checkpoint.origin)")
    }

    private func checkGrowth(_ proof: ConsistencyProofFile, _ log: NoteVerifierKey) throws {
      guard let from else {
        throw Failure.input(
          "this proves that a log has grown. Give the older checkpoint with --from")
      }
      let note = try SignedNote(parsing: try SmallFile.read(from))
      let old = try Transparency.Checkpoint(note, signedBy: log)
      let new = try proof.verify(since: old, log: log)
      Terminal.note(
        "proved: \(new.origin) has only grown, from \(old.head.size) to \(new.head.size) events")
    }
  }
}
