import ChargerEvents
import JSON
import Quantities

/// Turns the meter values of a frame into readings, in buffers that are kept from frame to frame.
struct MeterReadingCollector {
  /// Those of the frame so far.
  private(set) var readings = ReusedBuffer<MeterReading>()
  /// The samples of the MeterValue being read, one entry for each context.
  private var groups: [ContextSamples] = []

  mutating func removeAll() { readings.removeAll() }

  func deallocate() { readings.deallocate() }

  /// Reads an array of MeterValue, or a single one as some stations send it.
  mutating func read(meterValues: JSONValue) {
    guard meterValues.kind == .array else { return read(meterValue: meterValues) }
    for meterValue in meterValues.elements { read(meterValue: meterValue) }
  }

  /// Samples of one MeterValue are of one moment; those of one context make one reading. A single
  /// sample without its array is read as well, as some stations send it.
  private mutating func read(meterValue: JSONValue) {
    guard let samples = meterValue["sampledValue"] else { return }
    let at = meterValue["timestamp"]?.fieldInstant
    var phases: PhaseSet = []
    groups.removeAll(keepingCapacity: true)
    if samples.kind == .object {
      add(SampledValue(samples), at: at, &phases)
    } else {
      for sample in samples.elements { add(SampledValue(sample), at: at, &phases) }
    }
    phases.remove(.total)
    for group in groups { readings.append(group.reading(phases: phases)) }
  }

  private mutating func add(_ sample: SampledValue, at: Instant?, _ phases: inout PhaseSet) {
    phases.formUnion(PhaseSet(sample.phase))
    guard sample.measurand != .other || sample.isSignedData else { return }
    groups[group(of: sample.context, at: at)].add(sample)
  }

  private mutating func group(of context: MeterReading.Context, at: Instant?) -> Int {
    for index in groups.indices where groups[index].context == context { return index }
    groups.append(ContextSamples(at: at, context: context))
    return groups.count - 1
  }
}

/// The samples of one MeterValue that share a context.
private struct ContextSamples: Sendable {
  private var partial: MeterReading
  private var amounts: InlineArray<5, PhaseAmounts> = .init(repeating: PhaseAmounts())

  init(at: Instant?, context: MeterReading.Context) {
    partial = MeterReading(at: at, context: context)
  }

  var context: MeterReading.Context { partial.context }

  mutating func add(_ sample: SampledValue) {
    if sample.isSignedData || sample.hasSignature { partial.isSigned = true }
    if sample.isSignedData { return }
    switch sample.measurand {
    case .stateOfCharge: addStateOfCharge(sample)
    case .other: break
    default: addAmount(sample)
    }
  }

  /// Thousandths of Wh, W and A.
  private mutating func addAmount(_ sample: SampledValue) {
    let range = sample.measurand.plausibleRange
    if let amount = sample.amount(inPowerOfTen: -3).flatMap(range.checked) {
      amounts[sample.measurand.rawValue].add(
        amount, phase: sample.phase, isAtOutlet: sample.isAtOutlet)
    } else {
      partial.hasUnreadableSample = true
    }
  }

  private mutating func addStateOfCharge(_ sample: SampledValue) {
    if let percent = sample.amount(inPowerOfTen: 0), 0...100 ~= percent {
      partial.stateOfChargePercent = max(partial.stateOfChargePercent ?? 0, Int32(percent))
    } else {
      partial.hasUnreadableSample = true
    }
  }

  /// The reading, once all samples are in. `phases` are those that the meter reports.
  func reading(phases: PhaseSet) -> MeterReading {
    var reading = partial
    func value(of measurand: Measurand) -> Int64? {
      switch amounts[measurand.rawValue].outcome(phases: phases) {
      case .absent: return nil
      case .total(let total): return total
      case .phaseSum(let sum, let phases):
        reading.isPhaseSum = true
        let isEnergy = measurand == .importRegister || measurand == .importInterval
        if isEnergy, phases == 2 { reading.isTwoPhaseSum = true }
        return sum
      case .incomplete:
        reading.hasUnreadableSample = true
        return nil
      }
    }
    reading.importRegister = value(of: .importRegister).map { Energy(milliwattHours: $0) }
    reading.exportRegister = value(of: .exportRegister).map { Energy(milliwattHours: $0) }
    reading.importInterval = value(of: .importInterval).map { Energy(milliwattHours: $0) }
    reading.power = value(of: .power).map { Power(milliwatts: $0) }
    reading.current = value(of: .current).map { Current(milliamperes: $0) }
    return reading
  }
}
