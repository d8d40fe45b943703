import Projections
import Quantities
import Tariffs

extension SessionPage {
  /// The tariff that prices it, and where it was published.
  var costTitle: String {
    guard case .priced(let price) = entry.cost else { return "Cost" }
    return TerminalText.harmless(
      "Cost by \(price.tariffID), published at position \(price.tariffPosition)"
        + (price.isBackdated ? ", after the session began" : ""))
  }

  /// A line for each price that was used, and the total.
  var costLines: [String] {
    guard let cost = detail.cost else { return [] }
    var table = Table([
      .left(""), .right("").dispensable(1), .left("").dispensable(3), .right("").dispensable(2),
      .right(""),
    ])
    table.append(["", "", "", "without VAT", "with VAT"])
    for line in cost.lines {
      table.append([
        line.price.dimension.words, line.quantityText, priceText(of: line, in: cost.currency),
        line.amount.exclVAT.decimalString(decimals: cost.currency.minorUnits + 2),
        line.amount.inclVAT.decimalString(decimals: cost.currency.minorUnits + 2),
      ])
    }
    let total = cost.total.amount
    table.append([
      "total", "", "",
      "\(total.exclVAT.decimalString(in: cost.currency))  ",
      "\(total.inclVAT.decimalString(in: cost.currency))  ",
    ])
    return indented(table.lines(fitting: style.columns - 2)) + notes(cost)
  }

  /// Below this a line has no room for its rate of VAT.
  private static let columnsForVAT = 80

  private func priceText(of line: CostLine, in currency: CurrencyCode) -> String {
    let price = line.priceText(currency)
    guard style.columns >= Self.columnsForVAT, let rate = line.price.vat else { return price }
    let percent = DecimalNumber(
      coefficient: Int128(rate.tenThousandthsOfPercent), exponent: -4
    ).normalized
    return "\(price), \(percent) % VAT"
  }

  private func notes(_ cost: Cost) -> [String] {
    cost.notes.flatMap { note in
      let lines = Paragraph.lines(
        of: TerminalText.harmless("Note: \(note.message)."), columns: style.columns - 4)
      return indented(lines).map { style.paint($0, .faint) }
    }
  }
}

extension TariffDimension {
  fileprivate var words: String {
    switch self {
    case .energy: "energy"
    case .time: "time"
    case .parkingTime: "parking"
    case .flat: "flat fee"
    }
  }
}

extension CostLine {
  /// What was billed, and in it what rounding up to a step added.
  fileprivate var quantityText: String {
    switch price.dimension {
    case .energy:
      return ElectricityText.kilowattHours(Energy(milliwattHours: billed))
    case .time, .parkingTime:
      return TimeText.exactDuration(milliseconds: billed) + " h"
    case .flat:
      return "\(billed)"
    }
  }

  fileprivate func priceText(_ currency: CurrencyCode) -> String {
    let unit =
      switch price.dimension {
      case .energy: "/kWh"
      case .time, .parkingTime: "/h"
      case .flat: ""
      }
    let amount = DecimalNumber(coefficient: Int128(price.price.millionths), exponent: -6)
    return "× \(amount.normalized) \(currency)\(unit)"
  }
}
