import Bytes
import ChargerEvents
import Quantities

extension SessionID {
  /// The id of a 2.x session: SHA-256 of the station's name and the transaction id, cut to 16
  /// bytes (SEMANTICS 15).
  static func transaction(_ id: FrameText, stationName: String) -> SessionID {
    hash { writer in
      writer.string("2.x transaction")
      writer.string(stationName)
      writer.bytes(id.utf8)
    }
  }

  /// The id of a 1.6 session: SHA-256 of the station's name and what its first start said.
  ///
  /// It depends on no log position, so the same history imported into another ledger, or in another
  /// order, has the same ids.
  static func start(
    _ event: TransactionStarted, receivedAt: Instant, stationName: String
  ) -> SessionID {
    hash { writer in
      writer.string("1.6 start")
      writer.string(stationName)
      writer.zigzag(Int64(event.connector))
      writer.boolean(event.token != nil)
      if let token = event.token { writer.bytes(token.utf8) }
      writer.time(event.at, receivedAt: receivedAt)
      writer.optionalZigzag(event.meterStart?.milliwattHours)
    }
  }

  /// The id of a 1.6 session of which only the stop is known.
  static func stop(
    _ event: TransactionStopped, receivedAt: Instant, stationName: String
  ) -> SessionID {
    hash { writer in
      writer.string("1.6 stop")
      writer.string(stationName)
      writer.optionalZigzag(event.transactionID)
      writer.time(event.at, receivedAt: receivedAt)
      writer.optionalZigzag(event.meterStop?.milliwattHours)
    }
  }

  /// The id of a session that comes from a record of the whole of it.
  static func record(named name: String, stationName: String) -> SessionID {
    hash { writer in
      writer.string("session record")
      writer.string(stationName)
      writer.string(name)
    }
  }

  /// The id of a 1.6 session that is first known from its readings.
  static func readings(of transaction: Int64, from first: Instant, stationName: String) -> SessionID
  {
    hash { writer in
      writer.string("1.6 readings")
      writer.string(stationName)
      writer.zigzag(transaction)
      writer.zigzag(first.millisecondsSinceEpoch)
    }
  }

  static func hash(_ write: (inout ByteWriter) -> Void) -> SessionID {
    var writer = ByteWriter(reservingCapacity: 128)
    write(&writer)
    return writer.withUnsafeBytes { SHA256Hasher.digest(of: $0) }.withUnsafeBytes { digest in
      SessionID(
        high: UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
        low: UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
  }
}

extension SessionID: CustomStringConvertible {
  /// 32 lower-case hexadecimal digits.
  public var description: String { SessionID.digits(high) + SessionID.digits(low) }

  private static func digits(_ value: UInt64) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.utf8.count) + text
  }
}

extension ByteWriter {
  /// The station's time if it can be right, else the time of receipt, told apart.
  fileprivate mutating func time(_ time: Instant?, receivedAt: Instant) {
    let own = time.flatMap { SessionPolicy.isCredible($0, receivedAt: receivedAt) ? $0 : nil }
    boolean(own != nil)
    zigzag((own ?? receivedAt).millisecondsSinceEpoch)
  }
}
