import Bytes

/// What the leaves of a block are made from: their entries without commitments, and the salts and
/// bodies that those are made from.
struct LeafInput {
  /// Greater bodies are hashed where they are, so that blocks stay small.
  static let maxCopiedBytes = 16 << 10

  private let capacity: Int
  /// The number of leaves.
  private(set) var count = 0
  private var firstIndex: UInt64 = 0
  private let entries: UnsafeMutableRawBufferPointer
  /// Salt and body of each entry, one behind the other, and where they end. Empty where the
  /// commitment is made already.
  private var secrets: UnsafeMutableRawBufferPointer
  private let secretEnds: UnsafeMutableBufferPointer<Int>
  private var secretBytes = 0

  init(capacity: Int) {
    self.capacity = capacity
    entries = .allocate(byteCount: capacity * LeafEntry.byteCount, alignment: 8)
    secrets = .allocate(byteCount: capacity << 9, alignment: 16)
    secretEnds = .allocate(capacity: capacity)
  }

  func deallocate() {
    entries.deallocate()
    secrets.deallocate()
    secretEnds.deallocate()
  }

  /// Whether a leaf more would belong to the next subtree of the block's level.
  var isFull: Bool {
    count > 0 && (firstIndex + UInt64(count)).isMultiple(of: UInt64(capacity))
  }

  mutating func reset(firstIndex: UInt64) {
    self.firstIndex = firstIndex
    count = 0
    secretBytes = 0
  }

  /// Adds a record that is not shorter than its header, and its commitment if that is made already.
  /// Not when it is full.
  @inline(__always)
  mutating func add(
    _ record: UnsafeRawBufferPointer, _ commitment: SHA256Digest?, station: SHA256Digest,
    _ hasher: LeafHasher
  ) {
    let isErased = record[Record.flagsOffset] & RecordFlags.bodyErased.rawValue != 0
    if let commitment {
      add(record, commitment, station: station)
    } else if record.count > Self.maxCopiedBytes || isErased {
      addHashed(record, station: station, with: hasher)
    } else {
      addCopied(record, station: station)
    }
  }

  @inline(__always)
  private mutating func addCopied(_ record: UnsafeRawBufferPointer, station: SHA256Digest) {
    LeafEntry.fill(entry(count), record: record, station: station)
    let secret = UnsafeRawBufferPointer(rebasing: record[Record.saltOffset...])
    let end = secretBytes + secret.count
    if end > secrets.count { makeRoom(for: end) }
    UnsafeMutableRawBufferPointer(rebasing: secrets[secretBytes..<end]).copyMemory(from: secret)
    secretBytes = end
    secretEnds[count] = end
    count += 1
  }

  @inline(__always)
  private mutating func add(
    _ record: UnsafeRawBufferPointer, _ commitment: SHA256Digest, station: SHA256Digest
  ) {
    let entry = entry(count)
    LeafEntry.fill(entry, record: record, station: station)
    LeafEntry.setCommitment(commitment, in: entry)
    secretEnds[count] = secretBytes
    count += 1
  }

  private mutating func addHashed(
    _ record: UnsafeRawBufferPointer, station: SHA256Digest, with hasher: LeafHasher
  ) {
    let entry = entry(count)
    LeafEntry.fill(entry, record: record, station: station)
    if !LeafEntry.takeErasedCommitment(of: record, in: entry) {
      let secret = UnsafeRawBufferPointer(rebasing: record[Record.saltOffset...])
      LeafEntry.setCommitment(hasher.commitment(of: secret), in: entry)
    }
    secretEnds[count] = secretBytes
    count += 1
  }

  /// Completes the entries, and calls `body` with each in order.
  func forEachEntry(with hasher: LeafHasher, _ body: (UnsafeRawBufferPointer) -> Void) {
    var begin = 0
    for index in 0..<count {
      let entry = entry(index)
      let end = secretEnds[index]
      if end > begin {
        let secret = UnsafeRawBufferPointer(rebasing: secrets[begin..<end])
        LeafEntry.setCommitment(hasher.commitment(of: secret), in: entry)
      }
      begin = end
      body(UnsafeRawBufferPointer(entry))
    }
  }

  @inline(__always)
  private func entry(_ index: Int) -> UnsafeMutableRawBufferPointer {
    let start = index * LeafEntry.byteCount
    return UnsafeMutableRawBufferPointer(rebasing: entries[start..<start + LeafEntry.byteCount])
  }

  private mutating func makeRoom(for byteCount: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(byteCount, 2 * secrets.count), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(secrets))
    secrets.deallocate()
    secrets = larger
  }
}
