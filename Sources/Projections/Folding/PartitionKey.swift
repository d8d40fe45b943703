import LMDB
import Sessions

/// What the keys of a partition's rows begin with. None is the beginning of another.
enum PartitionKey {
  /// A station: its number, big-endian.
  static func station(_ id: StationID) -> [UInt8] {
    withUnsafeBytes(of: id.rawValue.bigEndian) { Array($0) }
  }

  /// A site: the length of its id, and the id. Ids have at most 128 bytes.
  static func site(_ id: String) -> [UInt8] {
    let bytes = id.utf8.prefix(Int(UInt8.max))
    return [UInt8(bytes.count)] + bytes
  }

  /// The whole log: a byte, because a key may not be empty.
  static let wholeLog: [UInt8] = [0]

  /// The site that a key is about, with the length of what says so; nil if the key ends before.
  static func site(of key: UnsafeRawBufferPointer) -> (id: String, length: Int)? {
    guard let count = key.first.map({ Int($0) }), key.count > count else { return nil }
    return (String(decoding: key[1..<(count + 1)], as: UTF8.self), count + 1)
  }
}

extension Key {
  /// The station at the beginning of a key; nil if the key ends before.
  static func station(_ key: UnsafeRawBufferPointer) -> StationID? {
    guard key.count >= 4 else { return nil }
    return StationID(rawValue: UInt32(bigEndian: key.loadUnaligned(as: UInt32.self)))
  }
}
