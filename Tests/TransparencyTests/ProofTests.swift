import Bytes
import TestSupport
import Testing
import Transparency

@Suite("Proofs")
struct ProofTests {
  private let hasher = TreeHasher()
  private let tree = MemoryTree(entries: (0..<200).map { Array("event \($0)".utf8) })

  @Test(
    "Every inclusion proof of every tree up to 200 leaves holds, and none with a flipped bit",
    arguments: [0x1f2e_3d4c as UInt64])
  func allInclusions(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for size in 1...tree.size {
      let head = try tree.head(ofSize: size, hasher)
      for index in 0..<size {
        let proof = try tree.inclusionProof(of: index, inTreeOf: size, with: hasher)
        let leaf = tree.leaf(index)
        try MerkleProof.verifyInclusion(of: leaf, at: index, in: head, proof: proof, with: hasher)
        let bit = Int.random(in: 0..<256, using: &random)
        #expect(throws: ProofError.wrongRoot) {
          try MerkleProof.verifyInclusion(
            of: leaf.flipped(bit: bit), at: index, in: head, proof: proof, with: hasher)
        }
        guard let at = proof.indices.randomElement(using: &random) else { continue }
        var changed = proof
        changed[at] = proof[at].flipped(bit: bit)
        #expect(throws: ProofError.wrongRoot) {
          try MerkleProof.verifyInclusion(
            of: leaf, at: index, in: head, proof: changed, with: hasher)
        }
      }
    }
  }

  @Test(
    "Every consistency proof up to 200 leaves holds, and none with a flipped bit",
    arguments: [0x5a69_7887 as UInt64])
  func allConsistencies(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let heads = try (0...tree.size).map { try tree.head(ofSize: $0, hasher) }
    for new in heads {
      for old in heads[...Int(new.size)] {
        let proof = try tree.consistencyProof(from: old.size, to: new.size, with: hasher)
        try MerkleProof.verifyConsistency(from: old, to: new, proof: proof, with: hasher)
        let bit = Int.random(in: 0..<256, using: &random)
        #expect(throws: ProofError.wrongRoot) {
          let other = TreeHead(size: old.size, root: old.root.flipped(bit: bit))
          try MerkleProof.verifyConsistency(from: other, to: new, proof: proof, with: hasher)
        }
        guard let at = proof.indices.randomElement(using: &random) else { continue }
        var changed = proof
        changed[at] = proof[at].flipped(bit: bit)
        #expect(throws: ProofError.wrongRoot) {
          try MerkleProof.verifyConsistency(from: old, to: new, proof: changed, with: hasher)
        }
      }
    }
  }

  @Test("A proof of another length, index or size is refused", arguments: [1, 2, 7, 8, 100])
  func wrongShape(size: UInt64) throws {
    let head = try tree.head(ofSize: size, hasher)
    for index in 0..<size {
      let proof = try tree.inclusionProof(of: index, inTreeOf: size, with: hasher)
      let leaf = tree.leaf(index)
      func verify(at index: UInt64, in head: TreeHead, _ proof: [SHA256Digest]) throws {
        try MerkleProof.verifyInclusion(of: leaf, at: index, in: head, proof: proof, with: hasher)
      }
      #expect(throws: ProofError.wrongLength) { try verify(at: index, in: head, proof + [leaf]) }
      if !proof.isEmpty {
        #expect(throws: ProofError.wrongLength) {
          try verify(at: index, in: head, Array(proof.dropLast()))
        }
      }
      #expect(throws: ProofError.indexBeyondTree(index: size, size: size)) {
        try verify(at: size, in: head, proof)
      }
      if size > 1 {
        #expect(throws: ProofError.self) { try verify(at: index ^ 1, in: head, proof) }
      }
    }
  }

  @Test("Nothing in a proof makes the check crash", arguments: [0x0bad_cafe as UInt64])
  func hostileProofs(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let leaf = tree.leaf(0)
    for _ in 0..<2_000 {
      let sizes = (0..<2).map { _ in
        UInt64.random(in: 0 ... .max, using: &random) >> UInt64.random(in: 0..<64, using: &random)
      }
      let proof = Array(repeating: leaf, count: .random(in: 0..<70, using: &random))
      let heads = (sizes + [.max]).map { TreeHead(size: $0, root: leaf) }
      for head in heads {
        for index in [0, sizes[0], sizes[0] / 2, .max] {
          if head.size == 1 && index == 0 && proof.isEmpty { continue }
          #expect(throws: ProofError.self) {
            try MerkleProof.verifyInclusion(
              of: leaf.flipped(bit: 1), at: index, in: head, proof: proof, with: hasher)
          }
        }
        for other in heads where other.size != head.size {
          #expect(throws: ProofError.self) {
            try MerkleProof.verifyConsistency(
              from: other, to: head, proof: proof, with: hasher)
          }
        }
      }
    }
  }
}
