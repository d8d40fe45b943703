import Bytes
import Transparency

/// An event with everything that its leaf in the tree is made from. It goes to third parties, who
/// have no ledger: nothing in it is trusted before its leaf has been proved.
public struct EventEvidence: Hashable, Sendable {
  /// The name of the station; empty for the control stream.
  public let stationName: String
  /// The record as it is in the log: header, salt and body (`Schemas/log-record.md`).
  public let record: [UInt8]

  init(stationName: String, record: [UInt8]) {
    self.stationName = stationName
    self.record = record
  }

  /// Reads ``encoded``; nil if the bytes cannot be an event.
  public init?(decoding bytes: [UInt8]) {
    let parts = bytes.withUnsafeBytes { bytes -> (String, [UInt8])? in
      var reader = ByteReader(bytes)
      guard let name = try? reader.string(),
        let record = try? reader.raw(count: reader.remaining)
      else { return nil }
      return (name, Array(record))
    }
    guard let parts, parts.0.utf8.count <= LedgerError.maxNameBytes,
      parts.1.withUnsafeBytes({ (try? Record.envelope(of: $0, at: 1)) != nil })
    else { return nil }
    self.init(stationName: parts.0, record: parts.1)
  }

  /// The length of the station's name as a varint, the name, then the record.
  public var encoded: [UInt8] {
    var writer = ByteWriter(reservingCapacity: record.count + stationName.utf8.count + 2)
    writer.string(stationName)
    record.withUnsafeBytes { writer.raw($0) }
    return writer.bytes
  }

  /// The 104 bytes that the tree has of the event.
  public var treeEntry: [UInt8] {
    record.withUnsafeBytes { LeafHasher().entry(of: $0, station: stationHash) }
  }

  /// The leaf of the event.
  public var leaf: SHA256Digest {
    record.withUnsafeBytes { LeafHasher().leaf(of: $0, station: stationHash) }
  }

  /// The envelope of the event at `position`, which the proof tells.
  public func envelope(at position: UInt64) throws(LedgerError) -> Envelope {
    try record.withUnsafeBufferPointer { (bytes) throws(LedgerError) in
      try Record.envelope(of: UnsafeRawBufferPointer(bytes), at: position)
    }
  }

  /// The body as it was received; if it was erased, its commitment.
  public var body: ArraySlice<UInt8> { record[Record.headerBytes...] }

  private var stationHash: SHA256Digest {
    Array(stationName.utf8).withUnsafeBytes { LeafHasher.hash(ofStation: $0) }
  }
}
