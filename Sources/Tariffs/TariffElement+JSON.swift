import JSON
import Quantities

extension TariffElement {
  static func read(
    _ reader: JSONReader, notes: inout [PricingNote]
  ) throws(JSONPathError) -> TariffElement {
    let componentsReader = try reader.required("price_components")
    var element = TariffElement(priceComponents: [])
    if let restrictions = try reader.optional("restrictions") {
      element.restrictions = try TariffRestrictions.read(restrictions, notes: &notes)
    }
    for component in try componentsReader.elements() {
      element.priceComponents.append(try PriceComponent.read(component, notes: &notes))
    }
    guard !element.priceComponents.isEmpty else {
      throw componentsReader.error("an element needs at least one price component")
    }
    element.noteIneffectiveComponents(at: componentsReader.path, notes: &notes)
    notes += reader.notesOnUnknownKeys(besides: ["price_components", "restrictions"])
    return element
  }

  /// Components that are valid and can never price anything.
  private func noteIneffectiveComponents(at path: String, notes: inout [PricingNote]) {
    var seen: Set<TariffDimension> = []
    for (index, component) in priceComponents.enumerated() {
      let dimension = component.dimension
      if !seen.insert(dimension).inserted {
        notes.append(
          PricingNote(
            .ineffective,
            "\(path)[\(index)]: the element has a \(dimension.rawValue) price already; the first "
              + "one counts"))
      }
      if restrictions.reservation != nil, dimension == .energy || dimension == .parkingTime {
        notes.append(
          PricingNote(
            .ineffective,
            "\(path)[\(index)]: a reservation has FLAT and TIME prices only; this one is not used"))
      }
    }
  }
}

extension PriceComponent {
  fileprivate static func read(
    _ reader: JSONReader, notes: inout [PricingNote]
  ) throws(JSONPathError) -> PriceComponent {
    let dimension = try reader.required("type").enumeration(TariffDimension.self)
    var component = PriceComponent(
      dimension: dimension, price: try reader.required("price").unitPrice(), stepSize: 1)
    if let vat = try reader.optional("vat") {
      let rate = try vat.decimal(4, in: 0...VATRate.greatest.tenThousandthsOfPercent)
      component.vat = VATRate(tenThousandthsOfPercent: rate)
    }
    if let step = try reader.optional("step_size") {
      component.stepSize = try step.decimal(0, in: 0...1_000_000_000)
    } else if dimension == .flat {
      notes.append(
        PricingNote(
          .missingValue, "\(reader.path): the key `step_size` is missing; no flat fee needs it"))
    } else {
      throw reader.error("the key `step_size` is missing; 1 bills what was used")
    }
    notes += reader.notesOnUnknownKeys(besides: ["type", "price", "vat", "step_size"])
    return component
  }
}
