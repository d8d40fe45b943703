import Bytes
import ChargerEvents

/// Counts actions by name, so that what the decoder does not read stays visible.
public struct ActionCounter: Sendable {
  /// An action and how often it came.
  public struct Entry: Hashable, Sendable {
    public var name: String
    public var count: UInt64

    /// Whether a version of OCPP defines the action.
    public var isStandard: Bool { StandardAction.all[name] != nil }
  }

  /// Input can make up names without end; only so many are kept apart.
  public static let greatestNumberOfNames = 1000

  /// By first appearance.
  private var list: [Entry] = []
  private var indexes: [UInt64: Int] = [:]
  /// Calls whose names came after ``greatestNumberOfNames`` others.
  public private(set) var uncounted: UInt64 = 0

  public init() {}

  /// Counts one call. Allocates only for a name that is new.
  public mutating func count(_ action: FrameText) {
    var key = StableHash64.hash(action.utf8)
    while let index = indexes[key] {
      if action == list[index].name {
        list[index].count += 1
        return
      }
      key &+= 1
    }
    guard list.count < Self.greatestNumberOfNames else {
      uncounted += 1
      return
    }
    indexes[key] = list.count
    list.append(Entry(name: action.string, count: 1))
  }

  /// The counts, by name.
  public var entries: [Entry] { list.sorted { $0.name < $1.name } }

  /// The counts of actions that no version of OCPP defines, by name.
  public var unknown: [Entry] { entries.filter { !$0.isStandard } }
}
