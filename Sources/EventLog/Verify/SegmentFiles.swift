import LMDB

/// Where a check takes the sealed segments from.
enum SegmentFiles {
  case directory(SegmentDirectory)
  /// The bytes of their files, by first position.
  case memory([UInt64: UnsafeRawBufferPointer])

  /// The first positions of those that are there, in order. A directory that cannot be listed counts as
  /// empty: then all sealed events are reported.
  var firsts: [UInt64] {
    switch self {
    case .directory(let directory): (try? directory.firsts()) ?? []
    case .memory(let files): files.keys.sorted()
    }
  }

  /// The file of a segment; nil if it cannot be opened.
  func source(first: UInt64) -> PageSource? {
    switch self {
    case .directory(let directory):
      try? PageSource(path: directory.segment(first: first) + "/data.mdb")
    case .memory(let files): files[first].map { PageSource(memory: $0) }
    }
  }

  /// What is there and not in use, below the ledger's directory.
  func leftOvers(above sealed: UInt64) -> [String] {
    guard case .directory(let directory) = self else { return [] }
    let names = (try? directory.leftovers(above: sealed)) ?? []
    return names.map { SegmentDirectory.name + "/" + $0 }
  }

  /// What a segment is called in reports: its directory below the ledger's.
  static func name(first: UInt64) -> String {
    SegmentDirectory.name + "/" + SegmentDirectory.name(of: first)
  }
}
