import Quantities
import Replay
import Sessions

extension CurrencyCode {
  static let euro = CurrencyCode("EUR").unsafelyUnwrapped  // Three letters.
  static let yen = CurrencyCode("JPY").unsafelyUnwrapped
  static let dinar = CurrencyCode("KWD").unsafelyUnwrapped
  static let krone = CurrencyCode("SEK").unsafelyUnwrapped
}

/// An amount in millionths of the currency unit.
func micro(_ millionths: Int64) -> ExactAmount { ExactAmount(flat: millionths) }

/// An amount with 20 % VAT on `millionths`.
func pair(_ millionths: Int64) -> AmountPair {
  AmountPair(excludingVAT: micro(millionths), includingVAT: micro(millionths + millionths / 5))
}

extension BacktestPrice {
  static func euro(_ millionths: Int64, tariff: String = "in-force") -> BacktestPrice {
    .priced(tariffID: tariff, currency: .euro, amount: pair(millionths))
  }
}

extension BacktestSession {
  /// A session of a small fleet; every part follows from its number.
  static func control(
    _ number: UInt64, baseline: BacktestPrice, candidates: [BacktestPrice]
  ) -> BacktestSession {
    BacktestSession(
      id: SessionID(high: number &* 0x9e37_79b9_7f4a_7c15, low: number),
      site: "site-\(number % 3)", station: "station-\(number % 7)",
      startedAt: Instant(millisecondsSinceEpoch: 1_767_225_600_000 + Int64(number) * 600_000),
      localHour: Int(number / 6 % 24), baseline: baseline, candidates: candidates)
  }
}

extension BacktestAccumulator {
  /// One that has taken `sessions`.
  static func of(
    _ sessions: some Sequence<BacktestSession>, under candidates: [BacktestCandidate],
    topCount: Int = 5
  ) -> BacktestAccumulator {
    var accumulator = BacktestAccumulator(candidates: candidates, topCount: topCount)
    for session in sessions {
      accumulator.add(session) { "reason \(session.id.low) under \($0)" }
    }
    return accumulator
  }
}

extension BacktestCandidate {
  static let euro = BacktestCandidate(tariffID: "new", currency: .euro)
}
