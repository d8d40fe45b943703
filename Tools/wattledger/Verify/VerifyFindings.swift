import EventLog
import Foundation
import JSON
import Projections

/// What the children of `verify` have found.
struct VerifyFindings {
  /// A damaged page of a file below the ledger's directory.
  struct Page {
    var file: String
    var page: Int64
    var database: String?
    var flaw: String
    var text: String
  }

  struct Table {
    var name: String
    var flaw: String
    var text: String
  }

  private(set) var events: UInt64 = 0
  private(set) var positions = PositionRanges()
  /// What is wrong with the first position.
  private(set) var reason = ""
  private(set) var tables: [Table] = []
  private(set) var pages: [Page] = []
  private(set) var furtherPages: Int64 = 0
  /// What sealing has left and nobody reads.
  private(set) var leftOvers: [String] = []
  private(set) var models: [ReadModelLine] = []
  private(set) var differingModelTables: [String] = []
  /// Checks that could not be brought to their end.
  private(set) var brokenChecks: [(part: VerifyPart, text: String)] = []
  /// The folds of `--replay`, in the order in which they were made.
  private(set) var replays: [Replay] = []
  private(set) var unavailable: Failure?
  private var isDone = false
  private var lastProgress: UInt64 = 0
  private let parser = JSONParser()

  /// A fold that begins, in a way of its own.
  mutating func begin(_ way: ReplayWay) { replays.append(Replay(way: way)) }

  /// Takes a line of a child.
  mutating func take(
    _ line: Data, of part: VerifyPart, progress: (_ done: UInt64, _ total: UInt64) -> Void
  ) {
    let found = try? line.withUnsafeBytes { bytes in
      try parser.withParsed(bytes) { Line($0) }
    }
    // Nothing else writes there; a child that was killed may leave half a line.
    guard let found else { return }
    switch found {
    case .progress(let done, let total):
      lastProgress = done
      progress(done, total)
    case .done: isDone = true
    case .failure(let text):
      unavailable = unavailable ?? Failure(kind: .ledgerUnavailable, message: text)
    case .events(let count): events = count
    case .reason(let text): reason = text
    case .positions(let range): positions.append(range)
    case .table(let table): tables.append(table)
    case .page(let page): pages.append(page)
    case .morePages(let count): furtherPages += count
    case .leftOver(let name): leftOvers.append(name)
    case .model(let model): models.append(model)
    case .differing(let table): differingModelTables.append(table)
    case .fold(let fold): note(fold)
    case .unknown: break
    }
  }

  private mutating func note(_ fold: ReplayedFold) {
    if !replays.isEmpty { replays[replays.count - 1].fold = fold }
  }

  /// Notes how a child ended.
  mutating func end(_ part: VerifyPart, _ ending: ChildCheck.Ending) {
    defer { (isDone, lastProgress) = (false, 0) }
    guard unavailable == nil, !isDone || ending != .exited(0) else { return }
    let place = lastProgress > 0 ? " behind position \(lastProgress)" : ""
    let name = part == .replay ? "fold in another way" : "check of the \(part.rawValue)"
    brokenChecks.append((part, "the \(name) \(ending)\(place)"))
  }

  /// One line of a child.
  private enum Line {
    case progress(UInt64, UInt64)
    case done
    case failure(String)
    case events(UInt64)
    case reason(String)
    case positions(ClosedRange<UInt64>)
    case table(Table)
    case page(Page)
    case morePages(Int64)
    case leftOver(String)
    case model(ReadModelLine)
    case differing(String)
    case fold(ReplayedFold)
    case unknown

    init(_ json: JSONValue) {
      func number(_ key: StaticString) -> UInt64? {
        json[key]?.int64.flatMap { UInt64(exactly: $0) }
      }
      if let done = number("done_events") {
        self = .progress(done, number("total_events") ?? 0)
      } else if json["done"] != nil {
        self = .done
      } else if let text = json["failure"]?.string {
        self = .failure(text)
      } else if let count = number("events") {
        self = .events(count)
      } else if let text = json["reason"]?.string {
        self = .reason(text)
      } else if let first = number("first"), let last = number("last"), first <= last {
        self = .positions(first...last)
      } else if let name = json["table"]?.string {
        self = .table(
          Table(
            name: name, flaw: json["flaw"]?.string ?? "", text: json["text"]?.string ?? ""))
      } else if let name = json["left_over"]?.string {
        self = .leftOver(name)
      } else if let count = json["more"]?.int64 {
        self = .morePages(count)
      } else if let file = json["file"]?.string {
        self = .page(
          Page(
            file: file, page: json["page"]?.int64 ?? 0, database: json["database"]?.string,
            flaw: json["flaw"]?.string ?? "", text: json["text"]?.string ?? ""))
      } else if let model = json["model"].flatMap({ ReadModelLine($0) }) {
        self = .model(model)
      } else if let table = json["differing"]?.string {
        self = .differing(table)
      } else if let fold = json["fold"].flatMap({ ReplayedFold($0) }) {
        self = .fold(fold)
      } else {
        self = .unknown
      }
    }
  }
}
