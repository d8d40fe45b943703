/// Elements of the frame that is being read, in memory that is kept from frame to frame and has no
/// reference count. Its owner gives it back with ``deallocate()``. Elements must own nothing.
struct ReusedBuffer<Element> {
  /// Memory beyond this many elements is given back: one huge message must not cost it for ever.
  private static var keptCapacity: Int { 1024 }

  private var memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: 64)
  private(set) var count = 0

  /// What was appended since ``removeAll()``. Valid until more is appended.
  var elements: UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(rebasing: memory[..<count])
  }

  subscript(index: Int) -> Element {
    get { memory[..<count][index] }
    set { memory[..<count][index] = newValue }
  }

  mutating func append(_ element: Element) {
    if count == memory.count {
      let larger = UnsafeMutableBufferPointer<Element>.allocate(capacity: 2 * count)
      _ = larger.moveInitialize(fromContentsOf: memory)
      memory.deallocate()
      memory = larger
    }
    memory.initializeElement(at: count, to: element)
    count += 1
  }

  mutating func removeAll() {
    count = 0
    if memory.count > Self.keptCapacity {
      memory.deallocate()
      memory = .allocate(capacity: 64)
    }
  }

  func deallocate() { memory.deallocate() }
}
