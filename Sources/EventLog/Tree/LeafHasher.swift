import Bytes
import Transparency

/// Makes the leaves of the log's tree: what a signed root vouches for of each event.
///
/// An entry of the tree has 104 bytes (decision 19):
/// - the first 40 bytes of the record, with the checksum and the mark "body erased" as zero;
/// - SHA-256 of the station's name (of nothing in the control stream);
/// - SHA-256 of salt and body.
///
/// One hasher serves many leaves. Not for use by several threads at once.
final class LeafHasher {
  static let entryByteCount = headerByteCount + 2 * SHA256Digest.byteCount
  /// The header without the salt, which is erased with the body that it hides.
  private static let headerByteCount = Record.saltOffset

  /// For the nodes above the leaves, too.
  let tree = TreeHasher()
  private let bodies = SHA256Hasher()
  private let entry = UnsafeMutableRawBufferPointer.allocate(
    byteCount: LeafHasher.entryByteCount, alignment: 8)

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

  private func fillEntry(_ record: UnsafeRawBufferPointer, station: SHA256Digest) {
    entry.copyMemory(from: UnsafeRawBufferPointer(rebasing: record[..<Self.headerByteCount]))
    entry.storeBytes(of: 0, toByteOffset: Record.checksumOffset, as: UInt32.self)
    store(station, at: Self.headerByteCount)
    store(bodyCommitment(of: record), at: Self.headerByteCount + SHA256Digest.byteCount)
  }

  private func store(_ digest: SHA256Digest, at offset: Int) {
    entry.storeBytes(of: digest, toByteOffset: offset, as: SHA256Digest.self)
  }

  /// The hash of salt and body, which are neighbours. In the place of an erased body stands the
  /// commitment itself, and the mark is left out of the entry; with anything else in its place the
  /// mark stays, which no tree has.
  private func bodyCommitment(of record: UnsafeRawBufferPointer) -> SHA256Digest {
    let erased = RecordFlags.bodyErased.rawValue
    if record[Record.flagsOffset] & erased != 0 {
      let body = UnsafeRawBufferPointer(rebasing: record[Record.headerBytes...])
      if let commitment = SHA256Digest(bytes: body) {
        entry[Record.flagsOffset] &= ~erased
        return commitment
      }
    }
    bodies.update(UnsafeRawBufferPointer(rebasing: record[Record.saltOffset...]))
    return bodies.finalize()
  }

  /// The hash that stands for a station in entries.
  static func hash(ofStation name: UnsafeRawBufferPointer) -> SHA256Digest {
    SHA256Hasher.digest(of: name)
  }
}
