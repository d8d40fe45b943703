import Foundation
import Quantities
import Sessions

@testable import Projections

/// What the program made of a recorded history, then and now: `golden.json` beside its events.
struct GoldenHistory: Codable {
  /// What a program gave. Later ones gave something else, for a reason that the changelog names.
  struct Result: Codable, Equatable {
    /// From 1; a new number whenever anything changes.
    var result: Int
    /// What is not as it was in the result before, as the changelog names it.
    var changed: [String]
    var readModels: [Model]
  }

  struct Model: Codable, Equatable {
    var name: String
    var version: Int
    var rows: Int
    var digest: String
  }

  var results: [Result]
  /// The bills of the last result, a line for each session.
  var bills: [String]

  /// What this program makes of the history.
  init(of history: RecordedHistory) throws {
    let control = try TestLedger(at: instant("2020-01-01T00:00:00Z"))
    try history.load(into: control)
    let models = try control.models()
    let digests = try models.allDigests().map {
      Model(name: $0.name, version: $0.version, rows: $0.rows, digest: "\($0.digest)")
    }
    results = [Result(result: 1, changed: [], readModels: digests)]
    bills = try models.sessions().map(\.bill)
  }

  /// What differs from an earlier result: `sessions v3` for a read model, `bills`.
  func changes(since old: GoldenHistory) -> [String] {
    let before = old.results.last?.readModels ?? []
    let models = results.last?.readModels ?? []
    let changed = models.filter { !before.contains($0) }.map { "\($0.name) v\($0.version)" }
    let gone = before.map(\.name).filter { name in !models.contains { $0.name == name } }
    return changed + gone.map { "\($0) gone" } + (bills == old.bills ? [] : ["bills"])
  }

  /// The results so far, and this one behind them.
  func appended(to old: GoldenHistory) -> GoldenHistory {
    var all = self
    all.results = old.results + results
    all.results[all.results.count - 1].result = old.results.count + 1
    all.results[all.results.count - 1].changed = changes(since: old)
    return all
  }
}

extension GoldenHistory {
  private static func file(_ history: RecordedHistory) -> URL {
    RecordedHistory.folder.appending(path: history.name + "/golden.json")
  }

  /// Nil for a history that is new.
  static func read(_ history: RecordedHistory) throws -> GoldenHistory? {
    guard let data = FileManager.default.contents(atPath: file(history).path) else { return nil }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(GoldenHistory.self, from: data)
  }

  func write(_ history: RecordedHistory) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try (encoder.encode(self) + [UInt8(ascii: "\n")]).write(to: Self.file(history))
  }
}

extension SessionEntry {
  /// What the driver is told: session, place, energy and cost, as text.
  fileprivate var bill: String {
    let cost =
      switch self.cost {
      case .priced(let price):
        "\(price.exclVAT.decimalString(decimals: 18)) \(price.inclVAT.decimalString(decimals: 18))"
          + " \(price.currency) by \(price.tariffID)"
      case .unpriced(let cause): "unpriced: \(cause.code)"
      case nil: "no cost"
      }
    let state = session.state == .open ? "open" : session.isEstimated ? "estimated" : "closed"
    return "\(session.id) \(stationName) \(session.startedAt.rfc3339) \(state) "
      + "\(session.energy.milliwattHours) mWh \(cost)"
  }
}
