import ArgumentParser
import Formats
import JSON
import Quantities
import Reports
import Tariffs

struct PriceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "price",
    abstract: "Price one OCPI CDR with one tariff, without a ledger.")

  @Option(help: ArgumentHelp("An OCPI 2.2.1 tariff as JSON.", valueName: "file"))
  var tariff: String

  @Option(help: ArgumentHelp("An OCPI 2.2.1 CDR as JSON.", valueName: "file"))
  var cdr: String

  @Option(help: "The site's IANA time zone; needed if the tariff has restrictions in local time.")
  var timeZone: String?

  @Flag(help: "The CDR is for a reservation that nobody used.")
  var reservationExpired = false

  @Option(help: "How to print the result.")
  var format = AnswerFormat.table

  func run() throws {
    let zone = try timeZone.map { try TimeZoneTable.system(named: $0) }
    let read = try TariffFile.read(path: tariff)
    let usage = try CDRFile.read(path: cdr, isReservationExpired: reservationExpired)
    let pricing = try CDRPricing(usage, with: read.tariff, tariffNotes: read.notes, zone: zone)
    format.print(pricing.table, json: pricing.write)
  }
}

extension CDRPricing {
  /// The bill for people: what was charged for, the total, and the notes.
  fileprivate var table: String {
    let currency = tariff.currency
    var table = Table([.left("for"), .left("price"), .right("excl. VAT"), .right("incl. VAT")])
    for line in cost.lines {
      table.append([
        line.price.dimension.rawValue, line.price.path,
        line.amount.exclVAT.decimalString(decimals: 4),
        line.amount.inclVAT.decimalString(decimals: 4),
      ])
    }
    table.append([
      "total", "\(currency)", cost.total.amount.exclVAT.decimalString(in: currency),
      cost.total.amount.inclVAT.decimalString(in: currency),
    ])
    return table.text + notes.map { "note: \($0.message)\n" }.joined()
  }
}
