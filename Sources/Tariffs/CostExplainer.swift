import Quantities

/// Writes down everything the engine does: the segments, lines and steps of a ``Cost``.
struct CostExplainer: CostRecorder {
  let program: PricingProgram
  private(set) var segments: [CostSegment] = []
  private(set) var lines: [CostLine] = []
  private(set) var steps: [StepAddition] = []
  /// Elements that could not be judged.
  private(set) var elementsWithoutElectricity: Set<Int> = []
  /// Flat fees that wait for the segment that they open.
  private var dueFlats: [(at: Instant, charge: Charge)] = []

  init(_ program: PricingProgram) { self.program = program }

  mutating func record(_ piece: UsagePiece, _ selection: PriceSelection) {
    // A fee that is due at the end of this piece opens the next one.
    func opens(_ instant: Instant) -> Bool { instant <= piece.start || instant < piece.end }
    var charges = dueFlats.filter { opens($0.at) }.map(\.charge)
    dueFlats.removeAll { opens($0.at) }
    let isReservation = piece.activity == .reservation
    if selection.energy != PriceSelection.none && piece.energy != 0 {
      charges.append(charge(selection.energy, piece.energy, isReservation))
    }
    if selection.time != PriceSelection.none && piece.milliseconds != 0 {
      charges.append(charge(selection.time, piece.milliseconds, isReservation))
    }
    for charge in charges { add(charge, isStep: false) }
    segments.append(
      CostSegment(
        interval: piece.interval, start: piece.start, end: piece.end, activity: piece.activity,
        energy: Energy(milliwattHours: piece.energy), milliseconds: piece.milliseconds,
        opening: piece.opening, isInterpolated: piece.isInterpolated, charges: charges))
  }

  mutating func recordFlat(price: Int, at instant: Instant, interval: Int, inReservation: Bool) {
    dueFlats.append((instant, charge(price, 1, inReservation)))
  }

  mutating func recordUnknownElectricity(_ moment: Moment) {
    for (element, restrictions) in program.restrictions.enumerated()
    where restrictions.missElectricity(moment) {
      elementsWithoutElectricity.insert(element)
    }
  }

  mutating func recordStep(price: Int, used: Int64, added: Int64, inReservation: Bool) {
    let addition = charge(price, added, inReservation)
    add(addition, isStep: true)
    steps.append(
      StepAddition(
        price: addition.price, stepSize: program.prices[price].component.stepSize, used: used,
        added: added, amount: addition.amount))
  }

  private func charge(_ index: Int, _ quantity: Int64, _ isReservation: Bool) -> Charge {
    let price = program.prices[index]
    return Charge(
      price: PriceReference(
        element: price.element, component: price.index, dimension: price.component.dimension,
        isReservation: isReservation, price: price.component.price, vat: price.component.vat),
      quantity: quantity, amount: price.amount(quantity))
  }

  private mutating func add(_ charge: Charge, isStep: Bool) {
    let (used, added) = isStep ? (0, charge.quantity) : (charge.quantity, 0)
    if let index = lines.firstIndex(where: { $0.price == charge.price }) {
      lines[index].used += used
      lines[index].added += added
      lines[index].amount += charge.amount
    } else {
      lines.append(
        CostLine(price: charge.price, used: used, added: added, amount: charge.amount))
    }
  }
}
