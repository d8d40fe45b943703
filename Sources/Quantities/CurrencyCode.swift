/// A currency's three letters (ISO 4217), packed into an integer.
public struct CurrencyCode: Hashable, Sendable {
  /// The three upper-case ASCII letters, the first one in the highest byte used.
  public let packed: UInt32
  /// How many decimals an amount is rounded to: 2 unless ISO 4217 says otherwise.
  public let minorUnits: Int

  /// Reads three ASCII letters of either case; nil if `text` is anything else. Whether the
  /// currency exists is not checked.
  public init?(utf8 text: UnsafeRawBufferPointer) {
    guard text.count == 3 else { return nil }
    var packed: UInt32 = 0
    for byte in text {
      let upper = byte & ~0x20
      guard UInt8(ascii: "A")...UInt8(ascii: "Z") ~= upper else { return nil }
      packed = packed << 8 | UInt32(upper)
    }
    self.packed = packed
    minorUnits = CurrencyCode.unusualMinorUnits[packed] ?? 2
  }

  /// Reads three ASCII letters, as ``init(utf8:)`` does.
  public init?(_ text: String) {
    guard let code = text.withUTF8Bytes({ CurrencyCode(utf8: $0) }) else { return nil }
    self = code
  }

  /// The decimals of those currencies that have not two, by their packed letters.
  private static let unusualMinorUnits: [UInt32: Int] = {
    let currencies = [
      0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
      3: "BHD IQD JOD KWD LYD OMR TND", 4: "CLF UYW",
    ]
    var found: [UInt32: Int] = [:]
    for (decimals, codes) in currencies {
      for code in codes.split(separator: " ") {
        found[code.utf8.reduce(0) { $0 << 8 | UInt32($1) }] = decimals
      }
    }
    return found
  }()
}

extension CurrencyCode: CustomStringConvertible {
  /// The three letters, `EUR`.
  public var description: String {
    String(decoding: [16, 8, 0].map { UInt8(truncatingIfNeeded: packed >> $0) }, as: UTF8.self)
  }
}

extension CurrencyCode: Comparable {
  /// The order of the alphabet.
  public static func < (left: CurrencyCode, right: CurrencyCode) -> Bool {
    left.packed < right.packed
  }
}
