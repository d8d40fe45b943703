import Bytes
import ChargerEvents

/// Counts actions by name and version, and what became of their calls, so that what the decoder does
/// not read stays visible.
///
/// Feed it the frames of each station in their order. An answer belongs to a call as for
/// ``OCPPDecoder``: calls older than a station's last 64 count as unanswered.
public struct ActionCounter: Sendable {
  /// An action in a version, and how often it came.
  public struct Entry: Hashable, Sendable {
    public var name: String
    public var version: OCPPVersion
    /// CALLs and SENDs.
    public var count: UInt64
    /// SENDs, which have no answer.
    public var sends: UInt64
    public var answered: UInt64
    /// Calls with a CALLERROR as their answer.
    public var refused: UInt64
    /// Answers that the caller could not read: CALLRESULTERROR of 2.1.
    public var unreadableAnswers: UInt64

    public init(
      name: String, version: OCPPVersion, count: UInt64 = 0, sends: UInt64 = 0,
      answered: UInt64 = 0, refused: UInt64 = 0, unreadableAnswers: UInt64 = 0
    ) {
      self.name = name
      self.version = version
      self.count = count
      self.sends = sends
      self.answered = answered
      self.refused = refused
      self.unreadableAnswers = unreadableAnswers
    }

    /// Calls without any answer.
    public var unanswered: UInt64 { count - sends - answered - refused }

    /// Whether that version of OCPP defines the action; any, if the version is not known.
    public var isStandard: Bool {
      guard let action = StandardAction.all[name] else { return false }
      return action.versions.isSuperset(of: version.definitions)
    }
  }

  /// Input can make up names without end; only so many are kept apart.
  public static let greatestNumberOfNames = 1000

  /// By first appearance.
  private var list: [Entry] = []
  private var indexes: [UInt64: Int] = [:]
  private var openCalls: [UInt32: OpenCalls] = [:]
  /// Calls whose names came after ``greatestNumberOfNames`` others.
  public private(set) var uncounted: UInt64 = 0
  /// Answers to calls that did not come before them.
  public private(set) var orphans: UInt64 = 0

  public init() {}

  /// Counts one frame. Allocates only for a name or a station that is new.
  ///
  /// - Parameter station: any number that is the same for all frames of a station.
  public mutating func count(
    _ header: FrameHeader, version: OCPPVersion, station: UInt32, fromStation: Bool
  ) {
    switch header.messageType {
    case .call, .send:
      guard let action = header.action, let index = index(of: action, version) else {
        uncounted += 1
        return
      }
      list[index].count += 1
      if header.messageType == .send {
        list[index].sends += 1
      } else {
        openCalls[station, default: OpenCalls()]
          .insert(header.messageID, fromStation: fromStation, entry: index)
      }
    case .callResult, .callError, .callResultError:
      guard let index = openCalls[station]?.settle(header, fromStation: fromStation) else {
        orphans += 1
        return
      }
      switch header.messageType {
      case .callResult: list[index].answered += 1
      case .callError: list[index].refused += 1
      default: list[index].unreadableAnswers += 1
      }
    }
  }

  private mutating func index(of action: FrameText, _ version: OCPPVersion) -> Int? {
    var key = StableHash64.hash(action.utf8) &+ UInt64(version.rawValue)
    while let index = indexes[key] {
      if action == list[index].name, list[index].version == version { return index }
      key &+= 1
    }
    guard list.count < Self.greatestNumberOfNames else { return nil }
    indexes[key] = list.count
    list.append(Entry(name: action.string, version: version))
    return list.count - 1
  }

  /// The counts, by name and version.
  public var entries: [Entry] {
    list.sorted { ($0.name, $0.version.rawValue) < ($1.name, $1.version.rawValue) }
  }

  /// The counts of actions that are not standard, by name and version.
  public var unknown: [Entry] { entries.filter { !$0.isStandard } }
}

/// A station's last calls, and which entry each counts for.
private struct OpenCalls: Sendable {
  private struct Call: Sendable {
    var key: UInt64
    var entry: Int
    var isAnswered = false
  }

  /// The oldest first.
  private var calls: [Call] = []

  mutating func insert(_ messageID: FrameText, fromStation: Bool, entry: Int) {
    if calls.count == PendingCalls.capacity { calls.removeFirst() }
    let key = PendingCalls.key(messageID, fromStation: fromStation)
    calls.append(Call(key: key, entry: entry))
  }

  /// Finds the call that an answer or an error belongs to, and returns its entry. An answer comes from
  /// the other side, and only one; a CALLRESULTERROR comes from the caller, after the answer.
  mutating func settle(_ header: FrameHeader, fromStation: Bool) -> Int? {
    let isResultError = header.messageType == .callResultError
    let key = PendingCalls.key(
      header.messageID, fromStation: isResultError ? fromStation : !fromStation)
    guard
      let index = calls.lastIndex(where: { $0.key == key && $0.isAnswered == isResultError })
    else { return nil }
    if isResultError { return calls.remove(at: index).entry }
    calls[index].isAnswered = true
    return calls[index].entry
  }
}
