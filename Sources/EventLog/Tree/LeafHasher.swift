import Bytes
import Transparency

/// What a leaf of the log's tree is a hash of: 104 bytes of each event (decision 19).
///
/// - the first 40 bytes of the record, with the checksum and the mark "body erased" as zero: the
///   header without the salt, which is erased with the body that it hides;
/// - SHA-256 of the station's name (of nothing in the control stream);
/// - SHA-256 of salt and body, the commitment.
enum LeafEntry {
  static let byteCount = headerByteCount + 2 * SHA256Digest.byteCount
  private static let headerByteCount = Record.saltOffset

  /// Fills everything but the commitment. The mark "body erased" is still as in the record.
  @inline(__always)
  static func fill(
    _ entry: UnsafeMutableRawBufferPointer, record: UnsafeRawBufferPointer, station: SHA256Digest
  ) {
    UnsafeMutableRawBufferPointer(rebasing: entry[..<headerByteCount])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: record[..<headerByteCount]))
    entry.storeBytes(of: 0, toByteOffset: Record.checksumOffset, as: UInt32.self)
    entry.storeBytes(of: station, toByteOffset: headerByteCount, as: SHA256Digest.self)
  }

  @inline(__always)
  static func setCommitment(_ digest: SHA256Digest, in entry: UnsafeMutableRawBufferPointer) {
    entry.storeBytes(
      of: digest, toByteOffset: headerByteCount + SHA256Digest.byteCount, as: SHA256Digest.self)
  }

  /// In the place of an erased body stands the commitment itself, and the mark is left out of the
  /// entry; with anything else in its place the mark stays, which no tree has.
  /// - Returns: whether the entry has got its commitment.
  @inline(__always)
  static func takeErasedCommitment(
    of record: UnsafeRawBufferPointer, in entry: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let erased = RecordFlags.bodyErased.rawValue
    guard record[Record.flagsOffset] & erased != 0,
      let commitment = SHA256Digest(
        bytes: UnsafeRawBufferPointer(rebasing: record[Record.headerBytes...]))
    else { return false }
    entry[Record.flagsOffset] &= ~erased
    setCommitment(commitment, in: entry)
    return true
  }
}

/// Makes the leaves of the log's tree: what a signed root vouches for of each event.
///
/// One hasher serves many leaves. Not for use by several threads at once.
final class LeafHasher {
  /// For the nodes above the leaves, too.
  let tree = TreeHasher()
  private let commitments = SHA256Hasher()
  private let entry = UnsafeMutableRawBufferPointer.allocate(
    byteCount: LeafEntry.byteCount, alignment: 8)

  deinit { entry.deallocate() }

  /// The leaf of a record that is not shorter than its header. Allocates nothing.
  @inline(__always)
  func leaf(of record: UnsafeRawBufferPointer, station: SHA256Digest) -> SHA256Digest {
    fillEntry(record, station: station)
    return tree.leaf(UnsafeRawBufferPointer(entry))
  }

  /// The entry that the leaf is a hash of.
  func entry(of record: UnsafeRawBufferPointer, station: SHA256Digest) -> [UInt8] {
    fillEntry(record, station: station)
    return Array(entry)
  }

  /// The commitment to salt and body, which are neighbours in a record.
  @inline(__always)
  func commitment(of saltAndBody: UnsafeRawBufferPointer) -> SHA256Digest {
    commitments.update(saltAndBody)
    return commitments.finalize()
  }

  private func fillEntry(_ record: UnsafeRawBufferPointer, station: SHA256Digest) {
    LeafEntry.fill(entry, record: record, station: station)
    if LeafEntry.takeErasedCommitment(of: record, in: entry) { return }
    LeafEntry.setCommitment(
      commitment(of: UnsafeRawBufferPointer(rebasing: record[Record.saltOffset...])), in: entry)
  }

  /// The hash that stands for a station in entries.
  static func hash(ofStation name: UnsafeRawBufferPointer) -> SHA256Digest {
    SHA256Hasher.digest(of: name)
  }
}
