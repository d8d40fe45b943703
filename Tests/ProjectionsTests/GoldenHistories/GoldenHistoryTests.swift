import Foundation
import Testing

@Suite("Golden histories", .serialized)
struct GoldenHistoryTests {
  private static let isUpdating =
    ProcessInfo.processInfo.environment["WATTLEDGER_UPDATE_GOLDEN"] == "1"

  @Test(
    "A recorded history has the digests and the bills that it had",
    arguments: try RecordedHistory.names)
  func results(name: String) throws {
    let history = RecordedHistory(name: name)
    let found = try GoldenHistory(of: history)
    let known = try GoldenHistory.read(history)
    let changes = known.map { found.changes(since: $0) } ?? ["everything"]
    if Self.isUpdating, !changes.isEmpty {
      try (known.map { found.appended(to: $0) } ?? found).write(history)
    } else if !changes.isEmpty {
      let bill = zip(known?.bills ?? [], found.bills).first { $0 != $1 }
      Issue.record(
        """
        The history `\(name)` gives other results: \(changes.joined(separator: ", ")).
        \(bill.map { "The first bill that differs was\n  \($0)\nand is\n  \($1)" } ?? "")
        If that is meant, run the tests with WATTLEDGER_UPDATE_GOLDEN=1, read the difference of
        Tests/Fixtures/histories, and say why in CHANGELOG.md, as CONTRIBUTING.md shows.
        """)
    }
  }

  @Test(
    "Each change of a result is in the changelog, with what changed and why",
    arguments: try RecordedHistory.names)
  func reasons(name: String) throws {
    let golden = try #require(try GoldenHistory.read(RecordedHistory(name: name)))
    let changelog = try ChangedResults()
    #expect(golden.results.map(\.result) == Array(1...golden.results.count))
    for result in golden.results.dropFirst() {
      let entry = changelog.entries.first { $0.history == name && $0.result == result.result }
      #expect(
        entry?.changed == result.changed && (entry?.reason.count ?? 0) >= 20,
        """
        CHANGELOG.md, "\(ChangedResults.heading)", needs a line with the reason behind it:
        - `\(name)` result \(result.result): \(result.changed.joined(separator: ", ")): …
        """)
    }
  }

  @Test("The changelog names no result that no history has")
  func unknown() throws {
    for entry in try ChangedResults().entries {
      let golden = try GoldenHistory.read(RecordedHistory(name: entry.history))
      #expect(
        golden?.results.contains { $0.result == entry.result } == true,
        "\(entry.history) result \(entry.result)")
    }
  }

  @Test("An entry is read with its reason, which may go on in further lines")
  func form() throws {
    let text = """
      ## [Unreleased]
      ### Changed results
      - `a-1.6` result 2: sessions v4, bills: energy that flows
        after the stop counts.
      - `b` result 13: costs v3: a rounding.
      ### Added
      - `c` result 1: not here: at all.
      """
    let entries = ChangedResults(text).entries
    #expect(entries.map(\.history) == ["a-1.6", "b"] && entries.map(\.result) == [2, 13])
    #expect(entries.map(\.changed) == [["sessions v4", "bills"], ["costs v3"]])
    #expect(entries[0].reason == "energy that flows after the stop counts.")
  }

  @Test("A changed bill, digest or version is noticed, and the result gets the next number")
  func changes() throws {
    let known = try #require(try GoldenHistory.read(RecordedHistory(name: "tables-and-cdrs")))
    var other = known
    #expect(other.changes(since: known).isEmpty)
    other.bills[0] += "0"
    other.results[other.results.count - 1].readModels[0].version += 1
    let model = try #require(other.results.last?.readModels[0])
    let expected = ["\(model.name) v\(model.version)", "bills"]
    #expect(other.changes(since: known) == expected)
    other.results = [try #require(other.results.last)]
    let after = other.appended(to: known)
    #expect(after.results.count == known.results.count + 1)
    #expect(after.results.last?.changed == expected)
    #expect(after.results.last?.result == known.results.count + 1)
  }
}

/// The sections "Changed results" of the changelog.
struct ChangedResults {
  static let heading = "### Changed results"

  struct Entry {
    var history: String
    var result: Int
    var changed: [String]
    var reason: String
  }

  private(set) var entries: [Entry] = []

  init() throws {
    let file = RecordedHistory.folder.appending(path: "../../../CHANGELOG.md")
    self.init(try String(contentsOf: file.standardizedFileURL, encoding: .utf8))
  }

  init(_ text: String) {
    var isInside = false
    for line in text.split(separator: "\n") {
      if line.hasPrefix("#") {
        isInside = line == Self.heading
      } else if !isInside {
        continue
      } else if let found = line.wholeMatch(of: /- `([a-z0-9.-]+)` result ([0-9]+): ([^:]+): (.+)/)
      {
        entries.append(
          Entry(
            history: String(found.1), result: Int(found.2) ?? 0,
            changed: found.3.split(separator: ", ").map(String.init), reason: String(found.4)))
      } else if !entries.isEmpty, line.hasPrefix("  ") {
        entries[entries.count - 1].reason += " " + line.drop { $0 == " " }
      }
    }
  }
}
