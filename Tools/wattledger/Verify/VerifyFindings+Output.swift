import EventLog
import JSON

extension VerifyFindings {
  private static func isDerived(_ page: Page) -> Bool {
    VerifyWorker.derivedDirectories.contains { page.file.hasPrefix($0 + "/") }
  }

  private var logPages: [Page] { pages.filter { !Self.isDerived($0) } }
  private var derivedPages: [Page] { pages.filter(Self.isDerived) }

  /// Whether all that holds events is as it was written.
  var isLogSound: Bool {
    unavailable == nil && positions.isEmpty && tables.isEmpty && logPages.isEmpty
      && !brokenChecks.contains { $0.part == .log }
  }

  var areModelsSound: Bool {
    derivedPages.isEmpty && differingModelTables.isEmpty
      && models.allSatisfy { $0.isSame != false }
      && !brokenChecks.contains { $0.part == .models || $0.part == .replay }
      && replays.allSatisfy { $0.isSame && isAsOthers($0) }
  }

  /// Whether another fold can be compared with what serves.
  var areModelsReadable: Bool { isLogSound && derivedPages.isEmpty && !models.isEmpty }

  /// The failure that the command ends with; nil if all is well.
  var failure: Failure? {
    if let unavailable { return unavailable }
    if !isLogSound {
      return Failure(kind: .ledgerUnavailable, message: logMessage + ". " + Self.advice)
    }
    guard !areModelsSound else { return nil }
    if models.isEmpty || !derivedPages.isEmpty {
      return .check(
        "the read models or the index are damaged, the log is not. Delete "
          + VerifyWorker.derivedDirectories.joined(separator: " and ")
          + " in the ledger's directory; they are made anew")
    }
    if models.allSatisfy({ $0.isSame != false }), differingModelTables.isEmpty {
      return .check(replayMessage)
    }
    return .check("read models differ from a fresh fold; run rebuild")
  }

  private static let advice =
    "Restore the ledger from a backup, run `wattledger verify` on it, and import again what was "
    + "recorded since; what is there already is not added twice"

  /// What is wrong with the log, the first position first.
  private var logMessage: String {
    var parts: [String] = []
    if let first = positions.first {
      parts.append("the event at position \(first) is damaged: \(reason)")
      if positions.count > 1 { parts.append("all damaged positions: \(positions)") }
    }
    if let page = logPages.first {
      parts.append("in \(page.file), \(page.text)" + more(logPages.count, furtherPages, "pages"))
    }
    if let table = tables.first {
      parts.append("of the tables, \(table.text)" + more(tables.count, 0, "tables"))
    }
    parts += brokenChecks.filter { $0.part == .log }.map(\.text)
    return parts.joined(separator: "; ")
  }

  private func more(_ shown: Int, _ further: Int64, _ what: String) -> String {
    let more = Int64(shown) - 1 + further
    return more > 0 ? " (and \(more) more \(what))" : ""
  }

  /// For people. What is damaged comes in the message.
  var table: String {
    guard isLogSound else { return damageTable + leftOverLines }
    return (models.isEmpty ? "" : models.table)
      + "\(events) events read, none damaged\n" + replayLines
      + (areModelsSound ? "" : damageTable)
      + leftOverLines
  }

  private var leftOverLines: String {
    leftOvers.map { "left by sealing, no damage; the next log seal removes it: \($0)\n" }.joined()
  }

  private var damageTable: String {
    var lines = brokenChecks.map(\.text)
    if !positions.isEmpty { lines.append("damaged positions: \(positions)") }
    lines += tables.map { "damaged table \($0.text)" }
    lines += pages.prefix(20).map { "\($0.file): \($0.text)" }
    let more = Int64(max(0, pages.count - 20)) + furtherPages
    if more > 0 { lines.append("and \(more) more damaged pages") }
    lines += differingModelTables.map { "a table of the read models differs: \($0)" }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The object that `--format json` prints.
  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("ok", isLogSound && areModelsSound)
      json.member("events", events)
      json.member("first_damaged_position", positions.first)
      writeDamage(to: &json)
      models.write(to: &json)
      if !replays.isEmpty { writeReplays(to: &json) }
    }
  }

  /// So many ranges and pages are listed.
  private static let maxListed = 10_000

  private func writeDamage(to json: inout JSONWriter) {
    json.array("damaged_positions") { json in
      for range in positions.ranges.prefix(Self.maxListed) {
        json.object { json in
          json.member("first", range.lowerBound)
          json.member("last", range.upperBound)
        }
      }
    }
    json.member("damaged_position_count", positions.count)
    json.array("damaged_tables") { json in
      for table in tables {
        json.object { json in
          json.member("table", table.name)
          json.member("flaw", table.flaw)
        }
      }
    }
    json.array("damaged_pages") { json in
      for page in pages.prefix(Self.maxListed) {
        json.object { json in
          json.member("file", page.file)
          json.member("page", page.page)
          json.member("database", page.database)
          json.member("flaw", page.flaw)
        }
      }
    }
    json.array("left_overs") { json in
      for name in leftOvers { json.string(name) }
    }
    json.array("differing_model_tables") { json in
      for table in differingModelTables { json.string(table) }
    }
    json.array("broken_checks") { json in
      for check in brokenChecks { json.string(check.text) }
    }
  }
}
