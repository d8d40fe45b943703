import LMDB
import Synchronization

/// The segments of a ledger, opened when they are needed. Of those that nobody uses any more, a few
/// are kept open: each takes two file descriptors.
final class SegmentStore: Sendable {
  private struct State {
    /// First positions, in order.
    var firsts: [UInt64] = []
    /// Open ones, that used last at the end.
    var open: [Open] = []
    var usedBytes: [UInt64: Int] = [:]
    var readers: [SealedReader] = []
  }

  private struct Open {
    let first: UInt64
    var segment: Segment
  }

  let directory: SegmentDirectory
  private let ledger: String
  private let state = Mutex(State())

  private static let maxOpen = 64
  private static let maxReaders = 8

  /// - Parameter ledger: the UUID that all segments must name.
  init(_ directory: SegmentDirectory, ledger: String) {
    self.directory = directory
    self.ledger = ledger
  }

  /// The segment that holds `position`, which is sealed.
  ///
  /// - Throws: ``LedgerError/damaged(position:reason:)`` if it is not there or another one.
  func segment(containing position: UInt64) throws -> Segment {
    try state.withLock { state in
      if let segment = try find(position, &state) { return segment }
      // Another process may have sealed more.
      state.firsts = try directory.firsts()
      if let segment = try find(position, &state) { return segment }
      throw LedgerError.damaged(position: position, reason: .sealedSegment)
    }
  }

  private func find(_ position: UInt64, _ state: inout State) throws -> Segment? {
    guard let first = state.firsts.last(where: { $0 <= position }) else { return nil }
    let segment = try open(first, &state)
    return position <= segment.info.last ? segment : nil
  }

  private func open(_ first: UInt64, _ state: inout State) throws -> Segment {
    if let index = state.open.lastIndex(where: { $0.first == first }) {
      let found = state.open.remove(at: index)
      state.open.append(found)
      return found.segment
    }
    closeUnused(&state)
    guard let segment = try Segment(at: directory.segment(first: first)),
      segment.info.first == first, segment.info.ledger == ledger
    else { throw LedgerError.damaged(position: first, reason: .sealedSegment) }
    state.open.append(Open(first: first, segment: segment))
    state.usedBytes[first] = segment.usedBytes
    return segment
  }

  /// Makes room for one more. One that a block is still from stays open: a process cannot open it a
  /// second time.
  private func closeUnused(_ state: inout State) {
    var index = 0
    while state.open.count >= Self.maxOpen && index < state.open.count {
      if isKnownUniquelyReferenced(&state.open[index].segment) {
        state.open.remove(at: index)
      } else {
        index += 1
      }
    }
  }

  /// The bytes in use of the segments up to the position `sealed`.
  func usedBytes(through sealed: UInt64) throws -> Int {
    guard sealed > 0 else { return 0 }
    return try state.withLock { state in
      state.firsts = try directory.firsts()
      var bytes = 0
      for first in state.firsts where first <= sealed {
        if state.usedBytes[first] == nil { _ = try open(first, &state) }
        bytes += state.usedBytes[first] ?? 0
      }
      return bytes
    }
  }

  /// Forgets the segments above the position `sealed`: they were removed before anybody needed them.
  func forget(above sealed: UInt64) {
    state.withLock { state in
      state.firsts = []
      state.open.removeAll { $0.first > sealed }
      state.usedBytes = state.usedBytes.filter { $0.key <= sealed }
      state.readers = []
    }
  }

  /// The number of segments up to the position `sealed`.
  func count(through sealed: UInt64) throws -> Int {
    try directory.firsts().count { $0 <= sealed }
  }
}

extension SegmentStore {
  /// Somebody to read blocks, with the memory and the blocks of who read before.
  func takeReader() throws -> SealedReader {
    if let reader = state.withLock({ $0.readers.popLast() }) { return reader }
    return try SealedReader(self)
  }

  func giveBack(_ reader: SealedReader) {
    reader.release()
    state.withLock { state in
      if state.readers.count < Self.maxReaders { state.readers.append(reader) }
    }
  }
}
