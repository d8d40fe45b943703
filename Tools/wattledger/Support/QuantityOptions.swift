import ArgumentParser
import Quantities

/// An amount of energy as people write it: `10kWh`, `500Wh`, or `10` for kWh.
struct EnergyArgument: ExpressibleByArgument {
  let energy: Energy

  init?(argument: String) {
    let units = [("kWh", -6), ("MWh", -9), ("Wh", -3)]
    let unit = units.first { argument.hasSuffix($0.0) }
    let number = argument.dropLast(unit?.0.count ?? 0).filter { $0 != " " }
    guard
      let milliwattHours = DecimalNumber(number)?.scaled(toPowerOfTen: unit?.1 ?? -6)
    else { return nil }
    energy = Energy(milliwattHours: milliwattHours)
  }
}

/// An amount of money as people write it: `12.50`.
struct AmountArgument: ExpressibleByArgument {
  let amount: ExactAmount

  init?(argument: String) {
    guard let amount = DecimalNumber(argument).flatMap({ ExactAmount($0) }) else { return nil }
    self.amount = amount
  }
}
