import Quantities

extension CompiledTariff {
  /// What a session costs, with every step of the way. For the total alone ``total(of:)`` is faster
  /// and gives the same, because both are one engine.
  ///
  /// - Throws: ``PricingError`` if the usage goes backwards in time or is out of all proportion.
  /// - Complexity: linear in the intervals and the cuts inside them.
  public func price(_ usage: Usage) throws(PricingError) -> Cost {
    var engine = PricingEngine(program, usage, recorder: CostExplainer(program))
    let total = try engine.run(usage.intervals)
    let explainer = engine.recorder
    return Cost(
      currency: tariff.currency, total: total, segments: explainer.segments,
      lines: explainer.lines, steps: explainer.steps,
      notes: notes(total: total, explainer))
  }

  /// What a session costs. Allocates nothing.
  ///
  /// - Throws: as ``price(_:)`` does.
  public func total(of usage: Usage) throws(PricingError) -> CostTotal {
    var engine = PricingEngine(program, usage, recorder: NoRecorder())
    return try engine.run(usage.intervals)
  }

  private func notes(total: CostTotal, _ explainer: CostExplainer) -> [PricingNote] {
    var notes = unpriced(explainer.segments)
    for line in explainer.lines where line.price.vat == nil && line.price.price.millionths != 0 {
      notes.append(
        PricingNote(
          .vatOmitted,
          "\(line.price.path) has no vat: its cost with VAT is taken as its cost without"))
    }
    for element in explainer.elementsWithoutElectricity.sorted() {
      notes.append(
        PricingNote(
          .electricityUnknown,
          "elements[\(element)] asks for power or current, which is not known for part of the "
            + "session; there it did not apply"))
    }
    let interpolated = explainer.segments.count(where: \.isInterpolated)
    if interpolated > 0 {
      notes.append(
        PricingNote(
          .interpolated,
          "\(interpolated) segments were cut between two readings; energy is taken as even "
            + "between them"))
    }
    return notes + limitNotes(total)
  }

  private func limitNotes(_ total: CostTotal) -> [PricingNote] {
    guard let applied = total.limit else { return [] }
    var notes = [PricingNote(.limited, "the tariff's \(applied.rawValue) decided the cost")]
    let limit = applied == .minimum ? tariff.minPrice : tariff.maxPrice
    if limit?.inclVAT == nil {
      notes.append(
        PricingNote(
          .limitWithoutVAT,
          "\(applied.rawValue) is given without VAT only; the cost with VAT keeps its ratio to it"))
    }
    return notes
  }

  private func unpriced(_ segments: [CostSegment]) -> [PricingNote] {
    var energy = Energy.zero
    var milliseconds: [TariffDimension: Int64] = [:]
    for segment in segments where segment.activity != .reservation {
      let dimensions = Set(segment.charges.map(\.price.dimension))
      if !dimensions.contains(.energy) { energy += segment.energy }
      let time: TariffDimension = segment.activity == .parking ? .parkingTime : .time
      if !dimensions.contains(time) { milliseconds[time, default: 0] += segment.milliseconds }
    }
    var notes: [PricingNote] = []
    func note(_ dimension: TariffDimension, _ amount: String) {
      let isPriced = program.prices.contains { $0.component.dimension == dimension }
      guard isPriced else { return }
      notes.append(
        PricingNote(.unpriced, "\(amount) have no \(dimension.rawValue) price and cost nothing"))
    }
    if energy != .zero { note(.energy, "\(energy.wattHours) Wh") }
    for dimension in [TariffDimension.time, .parkingTime] {
      guard let time = milliseconds[dimension], time > 0 else { continue }
      note(dimension, "\(time / 1000) s")
    }
    return notes
  }
}

extension PriceReference {
  /// `elements[0].price_components[1]`.
  public var path: String { "elements[\(element)].price_components[\(component)]" }
}
