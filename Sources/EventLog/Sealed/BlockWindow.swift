import Bytes

/// Consecutive records on their way into blocks: as many as a block could take, or a few more.
struct BlockWindow {
  /// With so many bytes of bodies, a window is full.
  static let fullBodyBytes = 256 << 10

  private(set) var envelopes: [Envelope] = []
  private(set) var bodies: [UInt8] = []
  /// Where each body ends in `bodies`.
  private(set) var ends: [Int] = []
  private var checksums: [UInt32] = []

  var count: Int { envelopes.count }
  var isEmpty: Bool { envelopes.isEmpty }
  var isFull: Bool {
    envelopes.count >= EventBlock.maxEvents || bodies.count >= Self.fullBodyBytes
  }

  /// Adds the record that follows the last one, after checking it: damage is not sealed.
  mutating func append(_ record: UnsafeRawBufferPointer, at position: UInt64) throws(LedgerError) {
    let envelope = try Record.envelope(of: record, at: position)
    let body = try Record.checkedBody(of: record, at: position)
    guard envelope.previousOfStream < position else {
      throw .damaged(position: position, reason: .brokenChain)
    }
    envelopes.append(envelope)
    bodies.append(contentsOf: body)
    ends.append(bodies.count)
    checksums.append(Record.storedChecksum(of: record))
  }

  /// Removes the first `count` records: they are in a block.
  mutating func removeFirst(_ count: Int) {
    let bytes = count == 0 ? 0 : ends[count - 1]
    envelopes.removeFirst(count)
    checksums.removeFirst(count)
    bodies.removeFirst(bytes)
    ends.removeFirst(count)
    for index in ends.indices { ends[index] -= bytes }
  }

  /// The bytes of the first `count` bodies.
  func bodyBytes(of count: Int) -> Int { count == 0 ? 0 : ends[count - 1] }

  /// What ``EventBlock/recordsChecksum`` is for the first `count` records.
  func recordsChecksum(of count: Int) -> UInt32 {
    var checksum: UInt32 = 0
    for value in checksums[..<count] {
      checksum = withUnsafeBytes(of: value.littleEndian) {
        CRC32C.checksum($0, continuing: checksum)
      }
    }
    return checksum
  }
}
