/// The samples of one measurand that were taken together: a total, or its phases.
///
/// Of two samples of one phase the greater counts, so that their order says nothing. Samples at the outlet displace those from elsewhere
/// (inlet, body, cable, vehicle), which count only where the outlet has none.
struct PhaseAmounts {
  /// What the samples amount to.
  enum Outcome: Equatable {
    case absent
    case total(Int64)
    case phaseSum(Int64, phases: Int)
    /// A phase is missing, so there is no sum.
    case incomplete
  }

  private var amounts: InlineArray<4, Int64> = .init(repeating: 0)
  private var present: PhaseSet = []
  private var isAtOutlet = false

  mutating func add(_ amount: Int64, phase: SampledValue.Phase, isAtOutlet: Bool) {
    if isAtOutlet != self.isAtOutlet {
      guard isAtOutlet || present.isEmpty else { return }
      self.isAtOutlet = isAtOutlet
      present = []
    }
    let slot = PhaseSet(phase)
    guard !slot.isEmpty, !present.contains(slot) || amount > amounts[phase.rawValue] else {
      return
    }
    present.insert(slot)
    amounts[phase.rawValue] = amount
  }

  /// The total, else the sum if all `phases` of the meter are there.
  func outcome(phases: PhaseSet) -> Outcome {
    if present.isEmpty { return .absent }
    if present.contains(.total) { return .total(amounts[0]) }
    guard present.isSuperset(of: phases) else { return .incomplete }
    var sum: Int64 = 0
    // Three plausible amounts are far from the end of 64 bits.
    for phase in 1...3 where present.contains(PhaseSet(rawValue: 1 << UInt8(phase))) {
      sum += amounts[phase]
    }
    return .phaseSum(sum, phases: present.rawValue.nonzeroBitCount)
  }
}
