extension Instant {
  /// A time counted since 1970, without what is below a millisecond.
  ///
  /// - Parameter unit: the power of ten of the unit in seconds: 0 for seconds, -3 for milliseconds.
  /// - Returns: nil if the time is beyond the years 1677 to 2262.
  public init?(sinceEpoch number: DecimalNumber, unit: Int) {
    guard let nanoseconds = number.scaled(toPowerOfTen: -9 - unit, rounding: .halfToEven) else {
      return nil
    }
    let (milliseconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    self.init(millisecondsSinceEpoch: rest < 0 ? milliseconds - 1 : milliseconds)
  }
}
