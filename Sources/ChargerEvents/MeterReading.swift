import Quantities

/// What a meter said at one moment in one context: the samples of one MeterValue that belong
/// together, in exact units.
///
/// A value that is absent was not reported. Per-phase samples without a total are summed when all
/// phases that the meter reports are there; `isPhaseSum` says so. A meter reports the phases that
/// any sample of the same MeterValue names, its voltages included. With one of them missing there
/// is no value, and `hasUnreadableSample` is set: a part of the energy is worse than none.
public struct MeterReading: Sendable, Hashable {
  /// Why the sample was taken (`context` of a sampled value).
  public enum Context: UInt8, Sendable, CaseIterable {
    case periodic, clock, transactionBegin, transactionEnd, interruptionBegin, interruptionEnd
    case trigger, other
  }

  /// The charger's timestamp; nil if missing or unreadable.
  public var at: Instant?
  public var context: Context
  /// Energy.Active.Import.Register.
  public var importRegister: Energy?
  /// Energy.Active.Export.Register.
  public var exportRegister: Energy?
  /// Energy.Active.Import.Interval: energy since the previous one, never to be subtracted.
  public var importInterval: Energy?
  /// Power.Active.Import.
  public var power: Power?
  /// Current.Import, summed over the phases.
  public var current: Current?
  /// SoC in percent.
  public var stateOfChargePercent: Int32?
  /// A total that was missing was made from its phases.
  public var isPhaseSum: Bool
  /// The register or the interval is the sum of exactly two phases, and the meter names no third: there
  /// is none, or its energy is missing.
  public var isTwoPhaseSum: Bool
  /// At least one sample was signed (`format: SignedData` or `signedMeterValue`).
  public var isSigned: Bool
  /// At least one sample could not be read as a number of a known unit within reason (1 TWh, 1 GW,
  /// 1 MA, 0 to 100 %), or a phase of a sum is missing.
  public var hasUnreadableSample: Bool

  public init(at: Instant?, context: Context) {
    self.at = at
    self.context = context
    self.isPhaseSum = false
    self.isTwoPhaseSum = false
    self.isSigned = false
    self.hasUnreadableSample = false
  }
}
