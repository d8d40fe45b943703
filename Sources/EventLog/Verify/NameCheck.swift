import Bytes

/// Checks that the two tables of stations, or of sources, lead to each other: numbers without gaps,
/// each with its name, each name with its number.
///
/// Holds a hash of each name, not the names: a changed byte changes the hash.
struct NameCheck {
  private var hashes: [UInt32: UInt64] = [:]
  /// The greatest number.
  private(set) var count: UInt32 = 0

  /// Takes a row of the table of numbers by name. False if the row cannot be.
  mutating func take(name: UnsafeRawBufferPointer, id: UnsafeRawBufferPointer) -> Bool {
    guard id.count == 4, (1...LedgerError.maxNameBytes).contains(name.count) else { return false }
    let id = UInt32(littleEndian: id.loadUnaligned(as: UInt32.self))
    return id > 0 && hashes.updateValue(Self.hash(name), forKey: id) == nil
  }

  /// Takes a row of the table of names by number, which comes later.
  mutating func take(id: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer) -> TableFlaw? {
    guard id.count == 4, (1...LedgerError.maxNameBytes).contains(name.count) else { return .badRow }
    let id = UInt32(bigEndian: id.loadUnaligned(as: UInt32.self))
    guard count < .max, id == count + 1 else { return .badRow }
    count = id
    return hashes[id] == Self.hash(name) ? nil : .notAsCounterpart
  }

  /// Whether both tables have the same number of rows.
  var isComplete: Bool { hashes.count == Int(count) }

  private static func hash(_ name: UnsafeRawBufferPointer) -> UInt64 {
    var hash = StableHash64()
    hash.combine(sized: name)
    return hash.value
  }
}
