import Bytes
import Testing
import Transparency

/// The entries, roots and proofs of the test suite of the first Certificate Transparency log, which
/// all implementations of RFC 6962 share.
private let publicEntries = [
  "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map(bytes)

private let publicRoots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

private let leaf0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
private let leaf1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
private let leaf4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
private let node01 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
private let node23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
private let node45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
private let node67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
private let node03 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
private let node47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"

@Suite("The Merkle tree")
struct TreeTests {
  @Test("Roots are those of the public test vectors, by the frontier and by the subtrees")
  func roots() throws {
    let hasher = TreeHasher()
    let tree = MemoryTree(entries: publicEntries)
    var frontier = MerkleFrontier()
    for (size, expected) in publicRoots.enumerated() {
      let root = try digest(expected)
      #expect(frontier.head(with: hasher) == TreeHead(size: UInt64(size), root: root))
      try #expect(tree.root(ofSize: UInt64(size), with: hasher) == root)
      if size < publicEntries.count {
        let leaf = publicEntries[size].withUnsafeBytes { hasher.leaf($0) }
        frontier.append(leaf, with: hasher)
      }
    }
  }

  @Test(
    "Inclusion proofs are those of the public test vectors",
    arguments: [
      (0, 1, []), (0, 8, [leaf1, node23, node47]), (5, 8, [leaf4, node67, node03]),
      (2, 3, [node01]), (1, 5, [leaf0, node23, leaf4]),
    ] as [(UInt64, UInt64, [String])])
  func inclusion(index: UInt64, size: UInt64, proof: [String]) throws {
    let tree = MemoryTree(entries: publicEntries)
    let made = try tree.inclusionProof(of: index, inTreeOf: size, with: TreeHasher())
    #expect(made.map(\.description) == proof)
  }

  @Test(
    "Consistency proofs are those of the public test vectors",
    arguments: [
      (1, 1, []), (1, 8, [leaf1, node23, node47]), (6, 8, [node45, node67, node03]),
      (2, 5, [node23, leaf4]),
    ] as [(UInt64, UInt64, [String])])
  func consistency(old: UInt64, new: UInt64, proof: [String]) throws {
    let tree = MemoryTree(entries: publicEntries)
    let made = try tree.consistencyProof(from: old, to: new, with: TreeHasher())
    #expect(made.map(\.description) == proof)
  }

  @Test("A frontier has the root of the definition at every size, and survives its encoding")
  func frontier() throws {
    let hasher = TreeHasher()
    var frontier = MerkleFrontier()
    var entries: [[UInt8]] = []
    for size in 0..<150 {
      #expect(frontier.size == UInt64(size))
      #expect(frontier.root(with: hasher) == rootByDefinition(entries[...]))
      var encoded = [UInt8](repeating: 0, count: frontier.byteCount)
      encoded.withUnsafeMutableBytes { frontier.encode(into: $0) }
      let decoded = encoded.withUnsafeBytes { MerkleFrontier(decoding: $0) }
      #expect(decoded == frontier)
      for wrong in [encoded + [0], encoded.dropLast(), []] {
        #expect(wrong.withUnsafeBytes { MerkleFrontier(decoding: $0) } == nil)
      }
      entries.append(Array("event \(size)".utf8))
      frontier.append(entries[size].withUnsafeBytes { hasher.leaf($0) }, with: hasher)
    }
  }

  @Test("A frontier at the end of the numbers is read without a crash")
  func hugeFrontier() throws {
    let encoded = [UInt8](repeating: 0xff, count: 8 + 64 * 32)
    let frontier = try #require(encoded.withUnsafeBytes { MerkleFrontier(decoding: $0) })
    #expect(frontier.size == .max)
    _ = frontier.root(with: TreeHasher())
  }
}
