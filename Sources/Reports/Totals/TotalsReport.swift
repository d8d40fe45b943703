public import JSON
public import Projections
import Quantities

/// Totals over sessions: for people, and for programs (`Schemas/totals.schema.json`).
public struct TotalsReport: RowsReport {
  public static let key = "totals"
  private let keys: [TotalsKey]
  public let rows: [SessionTotal]
  private let overall: [SessionTotal]

  public init(_ totals: SessionTotals) {
    keys = totals.keys
    rows = totals.totals
    overall = totals.overall
  }

  /// Under the totals stands their sum, where there is more than one.
  public func table(columns: Int?) -> String {
    let all = rows + (keys.isEmpty ? [] : overall)
    let hasRounding = all.contains { $0.shown(\.inclVAT) != $0.shown(\.shownInclVAT) }
    var table = Table(
      keys.filter { $0 != .currency }.map { .left($0.rawValue) } + [
        .right("sessions"), .right("kWh"), .right("hours").dispensable(3),
        .right("excl. VAT").dispensable(2),
        .right("incl. VAT"),
      ] + (hasRounding ? [.right("as billed").dispensable(5)] : []) + [
        .left("cur."), .right("unpriced").dispensable(1), .right("findings").dispensable(4),
      ])
    for total in rows { table.append(cells(of: total, hasRounding)) }
    if rows.count > overall.count {
      table.appendRule()
      for total in overall { table.append(cells(of: total, hasRounding, isSum: true)) }
    }
    return rows.isEmpty ? "" : table.text(fitting: columns)
  }

  private func cells(
    of total: SessionTotal, _ hasRounding: Bool, isSum: Bool = false
  ) -> [String] {
    let sums = total.sums
    var cells = keys.filter { $0 != .currency }.map { isSum ? "" : total.text(of: $0) ?? "-" }
    if isSum, !cells.isEmpty { cells[0] = "all" }
    let style = NumberStyle.terminal
    func amount(_ amount: KeyPath<SessionSums, ExactAmount>) -> String {
      total.shown(amount).map { style.grouped($0) } ?? "-"
    }
    cells += [
      style.count(sums.sessions), style.kilowattHours(sums.energy),
      style.hours(sums.duration), amount(\.exclVAT), amount(\.inclVAT),
    ]
    if hasRounding { cells.append(amount(\.shownInclVAT)) }
    return cells + [
      total.currency.map { "\($0)" } ?? "", sums.unpriced == 0 ? "" : style.count(sums.unpriced),
      sums.findings == 0 ? "" : style.count(sums.findings),
    ]
  }

  public var csv: String {
    let keys = keys.filter { $0 != .currency }
    let empty = SessionTotal()
    var csv = CSVWriter(
      header: keys.map(\.rawValue) + ["currency"] + empty.figures.map(\.name)
        + empty.amounts.map(\.name))
    for total in rows {
      var cells = (keys + [.currency]).map { total.text(of: $0) ?? "" }
      cells += total.figures.map { "\($0.value)" }
      cells += total.amounts.map { $0.text ?? "" }
      csv.append(cells)
    }
    return csv.text
  }

  /// Every row names what the totals are by, so that a line says all by itself.
  public func write(_ total: SessionTotal, to json: inout JSONWriter) {
    json.object { json in
      for key in keys where key != .currency { json.member(key.rawValue, total.text(of: key)) }
      total.writeSums(to: &json)
    }
  }

  public func writeRest(to json: inout JSONWriter) {
    json.array("overall") { json in
      for total in overall { json.object { total.writeSums(to: &$0) } }
    }
  }
}

extension SessionTotal {
  /// What it is the total of: `2026-03-01`, `2026-W09`, `2026-03`, or a name; nil for none.
  fileprivate func text(of key: TotalsKey) -> String? {
    switch key {
    case .day: firstDay.map { "\($0)" }
    case .week: firstDay?.week
    case .month: firstDay?.month
    case .site: site
    case .station: station
    case .tariff: tariff
    case .currency: currency.map { "\($0)" }
    }
  }

  fileprivate func writeSums(to json: inout JSONWriter) {
    json.member("currency", currency.map { "\($0)" })
    for (name, value) in figures { json.member(name, value) }
    for (name, text) in amounts { json.member(name, text) }
  }

  /// The numbers as programs read them, each with its name.
  fileprivate var figures: [(name: String, value: Int128)] {
    [
      ("sessions", Int128(sums.sessions)), ("open", Int128(sums.open)),
      ("unpriced", Int128(sums.unpriced)), ("void", Int128(sums.void)),
      ("findings", Int128(sums.findings)), ("energy_mwh", sums.energy),
      ("duration_ms", sums.duration),
    ]
  }

  /// The amounts as programs read them, each with its name; nil without a currency.
  fileprivate var amounts: [(name: String, text: String?)] {
    [
      ("cost_excl_vat", shown(\.exclVAT)), ("cost_incl_vat", shown(\.inclVAT)),
      ("exact_excl_vat", currency.map { _ in sums.exclVAT.exactDecimalString }),
      ("exact_incl_vat", currency.map { _ in sums.inclVAT.exactDecimalString }),
      ("billed_excl_vat", shown(\.shownExclVAT)), ("billed_incl_vat", shown(\.shownInclVAT)),
    ]
  }

  fileprivate func shown(_ amount: KeyPath<SessionSums, ExactAmount>) -> String? {
    currency.map { sums[keyPath: amount].decimalString(in: $0) }
  }
}

extension CivilDate {
  /// The week of a Monday as ISO 8601 has it, `2026-W09`: of the year that its Thursday is in. The date
  /// itself beyond the years that have four digits.
  fileprivate var week: String {
    let thursday = advanced(byDays: 3)
    guard let newYear = CivilDate(year: thursday.year, month: 1, day: 1) else { return "\(self)" }
    let week = (thursday.daysSinceEpoch - newYear.daysSinceEpoch) / 7 + 1
    return "\("\(newYear)".prefix(4))-W\(TimeText.digits(week, 2))"
  }

  fileprivate var month: String { String("\(self)".dropLast(3)) }
}

extension NumberStyle {
  /// Milliwatt-hours as `12 345.678` kWh.
  fileprivate func kilowattHours(_ milliwattHours: Int128) -> String {
    let wattHours = milliwattHours.dividedHalfToEven(by: 1000)
    return grouped("\(DecimalNumber(coefficient: wattHours, exponent: -3))")
  }

  /// Milliseconds as `1 234.5` hours.
  fileprivate func hours(_ milliseconds: Int128) -> String {
    let tenths = milliseconds.dividedHalfToEven(by: 360_000)
    return grouped("\(DecimalNumber(coefficient: tenths, exponent: -1))")
  }
}
