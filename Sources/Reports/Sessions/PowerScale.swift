/// The vertical axis of a power curve: even steps of 1, 2 or 5 times a power of ten, each as many
/// rows high as the others, with zero between two rows.
struct PowerScale {
  /// Milliwatts between two labels.
  let step: Int64
  let stepsAbove: Int
  let stepsBelow: Int
  let rowsPerStep: Int

  private static let mostSteps = 5
  private static let factors: [Int64] = [2, 5, 10]
  /// Nonsense beyond this is cut off, so that steps of any scale fit 64 bits.
  private static let greatest: Int64 = 10_000_000_000_000_000

  /// - Parameter range: of the powers to be shown; zero is always shown too.
  init(_ range: ClosedRange<Int64>) {
    let (low, high) = (
      max(-Self.greatest, min(0, range.lowerBound)), min(Self.greatest, max(0, range.upperBound))
    )
    var step: Int64 = 1000  // One watt: finer than any meter of a charger.
    var factors = Self.factors.makeIterator()
    var decade = step
    func steps(_ value: Int64) -> Int {
      Int((value.magnitude + step.magnitude - 1) / step.magnitude)
    }
    while steps(low) + steps(high) > Self.mostSteps {
      if let factor = factors.next() {
        step = decade * factor
      } else {
        decade = step
        factors = Self.factors.makeIterator()
      }
    }
    self.step = step
    stepsAbove = low == 0 ? max(1, steps(high)) : steps(high)
    stepsBelow = steps(low)
    rowsPerStep = stepsAbove + stepsBelow <= 3 ? 3 : 2
  }

  var rowsAbove: Int { stepsAbove * rowsPerStep }
  var rowsBelow: Int { stepsBelow * rowsPerStep }

  /// How many of the `dots` that a row is high lie between zero and `power`; negative below zero.
  func dots(_ power: Int64, perRow dots: Int) -> Int {
    let exact = Int128(power) * Int128(rowsPerStep * dots)
    let half = Int128(step) / 2
    return Int(clamping: (exact + (power < 0 ? -half : half)) / Int128(step))
  }

  /// The label beside a row, counted from the top with the axis left out: at the edge of the row
  /// that is away from zero.
  func label(row: Int) -> String? {
    let steps: Int
    if row < rowsAbove {
      guard row % rowsPerStep == 0 else { return nil }
      steps = stepsAbove - row / rowsPerStep
    } else {
      let below = row - rowsAbove + 1
      guard below % rowsPerStep == 0 else { return nil }
      steps = -(below / rowsPerStep)
    }
    return ElectricityText.kilowatts(milliwatts: Int64(steps) * step)
  }
}
