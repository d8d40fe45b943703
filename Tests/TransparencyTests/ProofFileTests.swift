import Bytes
import Testing
import Transparency

private let tree = MemoryTree(entries: (0..<13).map { Array("event \($0)".utf8) })

private struct Log {
  let key: NoteSigningKey
  let hasher = TreeHasher()

  init() throws {
    let seed = Array(0..<32 as Range<UInt8>)
    key = try NoteSigningKey(
      name: "example.com/ledger", privateKey: Ed25519PrivateKey(seed: seed))
  }

  func checkpoint(_ size: UInt64) throws -> SignedNote {
    try Checkpoint.sign(try tree.head(ofSize: size, hasher), with: key)
  }

  func inclusion(of index: UInt64, extra: [UInt8]? = nil) throws -> InclusionProofFile {
    InclusionProofFile(
      extra: extra, index: index,
      hashes: try tree.inclusionProof(of: index, inTreeOf: 13, with: hasher),
      checkpoint: try checkpoint(13))
  }

  func consistency(since old: UInt64) throws -> ConsistencyProofFile {
    ConsistencyProofFile(
      oldSize: old, hashes: try tree.consistencyProof(from: old, to: 13, with: hasher),
      checkpoint: try checkpoint(13))
  }
}

@Suite("Checkpoints and proof files")
struct ProofFileTests {
  @Test("The example of the C2SP specification is read")
  func specificationExample() throws {
    let note = try SignedNote(
      parsing: Array(
        ("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
          + "\u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URY"
          + "N7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n").utf8))
    let checkpoint = try Checkpoint(text: note.text)
    #expect(checkpoint.origin == "example.com/behind-the-sofa")
    #expect(checkpoint.head.size == 20_852_163)
    #expect(checkpoint.head.root.base64 == "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    #expect(checkpoint.text == note.text)
  }

  @Test("A checkpoint is believed if the key of its origin has signed it")
  func signed() throws {
    let log = try Log()
    let note = try SignedNote(parsing: Array(try log.checkpoint(13).encoded.utf8))
    let checkpoint = try Checkpoint(note, signedBy: log.key.verifierKey)
    try #expect(checkpoint.head == tree.head(ofSize: 13, log.hasher))
    let stranger = try NoteSigningKey(name: "example.com/other")
    #expect(throws: NoteError.notSignedByKnownKey(names: ["example.com/ledger"])) {
      try Checkpoint(note, signedBy: stranger.verifierKey)
    }
    let foreign = try SignedNote(signing: checkpoint.text, with: stranger)
    #expect(
      throws: NoteError.wrongOrigin("example.com/ledger", expected: "example.com/other")
    ) { try Checkpoint(foreign, signedBy: stranger.verifierKey) }
  }

  @Test(
    "What is not a checkpoint is refused",
    arguments: [
      "a\n1\n", "a\n01\nR\n", "a\n+1\nR\n", "a\n-1\nR\n", "a\n18446744073709551616\nR\n", "a\n1\nR",
      "a\n1\nR\n\n", "\n1\nR\n", "a\n\n1\nR\n", "a\n1\nRR\n", "a\n0\nR\n", "a\n1 \nR\n",
    ])
  func broken(template: String) throws {
    let root = try tree.head(ofSize: 3, TreeHasher()).root.base64
    let text = template.replacing("R", with: root)
    #expect(throws: NoteError.notACheckpoint) { try Checkpoint(text: text) }
    try #expect(Checkpoint(text: "a\n1\n\(root)\nmore\n").extensions == ["more"])
  }

  @Test("Every leaf's proof file survives writing and reading, and proves its leaf only")
  func inclusionFiles() throws {
    let log = try Log()
    for index in 0..<tree.size {
      let extra: [UInt8]? = index % 2 == 0 ? nil : Array("event \(index)".utf8)
      let file = try log.inclusion(of: index, extra: extra)
      let read = try InclusionProofFile(parsing: Array(file.encoded.utf8))
      #expect(read == file)
      try read.verify(leaf: tree.leaf(index), log: log.key.verifierKey)
      #expect(throws: ProofError.wrongRoot) {
        try read.verify(leaf: tree.leaf((index + 1) % 13), log: log.key.verifierKey)
      }
    }
  }

  @Test("A proof file with any byte changed proves nothing, except in its unproved extra line")
  func flippedBytes() throws {
    let log = try Log()
    let file = Array(try log.inclusion(of: 6).encoded.utf8)
    for offset in file.indices {
      var changed = file
      changed[offset] ^= 1
      #expect(throws: (any Error).self, "byte \(offset)") {
        try InclusionProofFile(parsing: changed)
          .verify(leaf: tree.leaf(6), log: log.key.verifierKey)
      }
    }
    for end in file.indices {
      #expect(throws: NoteError.self) { try InclusionProofFile(parsing: Array(file[..<end])) }
    }
  }

  @Test("The form is that of the specification, line by line")
  func form() throws {
    let log = try Log()
    let lines = try log.inclusion(of: 12, extra: [1, 2]).encoded.split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.prefix(3) == ["c2sp.org/tlog-proof@v1", "extra AQI=", "index 12"])
    let hashes = try tree.inclusionProof(of: 12, inTreeOf: 13, with: log.hasher)
    #expect(lines[3..<(3 + hashes.count)].map { String($0) } == hashes.map(\.base64))
    #expect(lines[3 + hashes.count] == "")
    #expect(lines[4 + hashes.count] == "example.com/ledger")
  }

  @Test("A consistency proof shows that the log has only grown since an old checkpoint")
  func consistencyFiles() throws {
    let log = try Log()
    for size in 0...13 as ClosedRange<UInt64> {
      let old = try Checkpoint(try log.checkpoint(size), signedBy: log.key.verifierKey)
      let file = try log.consistency(since: size)
      let read = try ConsistencyProofFile(parsing: Array(file.encoded.utf8))
      #expect(read == file)
      try read.verify(since: old, log: log.key.verifierKey)
      let forked = Checkpoint(
        origin: old.origin, head: TreeHead(size: size, root: old.head.root.flipped(bit: 9)))
      #expect(throws: ProofError.wrongRoot) {
        try read.verify(since: forked, log: log.key.verifierKey)
      }
    }
    let other = Checkpoint(origin: "x", head: try tree.head(ofSize: 5, log.hasher))
    #expect(throws: NoteError.wrongOrigin("x", expected: "example.com/ledger")) {
      try log.consistency(since: 5).verify(since: other, log: log.key.verifierKey)
    }
  }
}
