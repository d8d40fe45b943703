import LMDB

/// How the rows of a read model differ from those of another build, by their keys.
public struct RowDifference: Sendable, Hashable {
  /// What became of a row.
  public enum Kind: String, Sendable, CaseIterable {
    case changed, added, removed
  }

  /// Rows that are equal in both.
  public var same = 0
  public private(set) var counts: [Kind: Int] = [:]
  /// What the first rows of each kind are about: ids of sessions, names of stations.
  public private(set) var examples: [Kind: [String]] = [:]

  /// Whether nothing differs.
  public var isEmpty: Bool { counts.isEmpty }

  /// The number of rows of a kind.
  public func count(_ kind: Kind) -> Int { counts[kind] ?? 0 }

  /// The most examples of a kind.
  static let mostExamples = 3

  private mutating func note(_ kind: Kind, _ subject: () -> String) {
    counts[kind, default: 0] += 1
    if examples[kind, default: []].count < Self.mostExamples {
      examples[kind, default: []].append(subject())
    }
  }

  /// Compares two tables, which have the same keys for the same things.
  /// - Complexity: O(rows of both).
  init(
    from old: ModelTable, of oldGeneration: any ModelGeneration,
    _ oldSnapshot: borrowing ReadTransaction,
    to new: ModelTable, of newGeneration: any ModelGeneration,
    _ newSnapshot: borrowing ReadTransaction
  ) throws {
    try oldSnapshot.withCursor(in: old.rows) { oldCursor in
      try newSnapshot.withCursor(in: new.rows) { newCursor in
        var (before, after) = (try oldCursor.first(), try newCursor.first())
        while let key = Self.least(before, after) {
          let (isOld, isNew) = (before?.has(key) == true, after?.has(key) == true)
          if isOld, isNew, let before, let after {
            if before.value.elementsEqual(after.value) {
              same += 1
            } else {
              note(.changed) { newGeneration.subject(ofKey: key, in: new, newSnapshot) }
            }
          } else if isNew {
            note(.added) { newGeneration.subject(ofKey: key, in: new, newSnapshot) }
          } else {
            note(.removed) { oldGeneration.subject(ofKey: key, in: old, oldSnapshot) }
          }
          if isOld { before = try oldCursor.next() }
          if isNew { after = try newCursor.next() }
        }
      }
    }
  }

  private static func least(_ left: Entry?, _ right: Entry?) -> UnsafeRawBufferPointer? {
    guard let left = left?.key else { return right?.key }
    guard let right = right?.key else { return left }
    return right.lexicographicallyPrecedes(left) ? right : left
  }
}

extension Entry {
  fileprivate func has(_ key: UnsafeRawBufferPointer) -> Bool { self.key.elementsEqual(key) }
}
