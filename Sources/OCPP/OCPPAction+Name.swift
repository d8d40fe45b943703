import ChargerEvents

extension OCPPAction {
  /// The action with the name `name`, in upper and lower case as in the standard; nil for any other.
  public init?(name: UnsafeRawBufferPointer) {
    guard let action = ActionNames.all.action(named: name) else { return nil }
    self = action
  }
}

/// The names of all actions as a hash table. Made once and never freed; it is memory without
/// reference counts, because all threads read it for each call.
private struct ActionNames: @unchecked Sendable {
  static let all = ActionNames()

  private struct Slot {
    var name: UnsafeRawBufferPointer
    var action: OCPPAction
  }

  /// So many that most names stand where their hash says: 2⁹, as its highest nine bits count.
  private static let slotCount = 512
  private let slots: UnsafeMutableBufferPointer<Slot?>

  private init() {
    slots = .allocate(capacity: Self.slotCount)
    slots.initialize(repeating: nil)
    for action in OCPPAction.allCases {
      let name = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: action.name.utf8.count)
      _ = name.initialize(from: action.name.utf8)
      let bytes = UnsafeRawBufferPointer(name)
      var index = Self.firstIndex(bytes)
      while slots[index] != nil { index = (index + 1) % Self.slotCount }
      slots[index] = Slot(name: bytes, action: action)
    }
  }

  func action(named name: UnsafeRawBufferPointer) -> OCPPAction? {
    var index = Self.firstIndex(name)
    while let slot = slots[index] {
      if slot.name.count == name.count, slot.name.elementsEqual(name) { return slot.action }
      index = (index + 1) % Self.slotCount
    }
    return nil
  }

  /// From the length, and the beginning and the end of the name.
  private static func firstIndex(_ name: UnsafeRawBufferPointer) -> Int {
    var hash = UInt64(name.count)
    if name.count >= 8 {
      let end = name.loadUnaligned(fromByteOffset: name.count - 8, as: UInt64.self)
      hash ^= name.loadUnaligned(as: UInt64.self) &+ end &* 31
    } else {
      for byte in name { hash = hash << 8 | UInt64(byte) }
    }
    return Int(truncatingIfNeeded: (hash &* 0x9e37_79b9_7f4a_7c15) >> 55)
  }
}
