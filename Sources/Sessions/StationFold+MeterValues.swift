import ChargerEvents
import Quantities

extension StationFold {
  /// Meter values: the hot path. A session that is open is found by a linear search, since a station
  /// has few; its readings only grow.
  mutating func take<History: SessionHistory>(
    _ values: MeterValues, _ samples: UnsafeBufferPointer<MeterReading>, _ stamp: EventStamp,
    _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) {
    // The decoder saw the same frame in flight: it counts once.
    if values.isRetry { return }
    if values.evse != nil {
      takeOutsideTransaction(values, samples, stamp)
    } else if let index = lastOpen(named: values.transactionID) {
      add(samples, to: index, stamp)
    } else {
      try takeUnmatched(values, samples, stamp, history, &changes)
    }
  }

  private mutating func add(
    _ samples: UnsafeBufferPointer<MeterReading>, to index: Int, _ stamp: EventStamp
  ) {
    openSessions[index].session.take(samples, stamp, isLive: true)
    openSessions[index].session.touch(stamp)
  }

  /// 2.x MeterValues belong to no transaction, but some stations send the session's readings so.
  private mutating func takeOutsideTransaction(
    _ values: MeterValues, _ samples: UnsafeBufferPointer<MeterReading>, _ stamp: EventStamp
  ) {
    guard let evse = values.evse, evse > 0,
      let index = lastOpen(where: {
        $0.session.dialect == .ocpp2 && $0.session.evse == evse
      })
    else { return }
    openSessions[index].session.findings.note(.readingOutsideTransaction, at: stamp.position)
    add(samples, to: index, stamp)
  }

  /// 1.6 meter values whose transaction is not open: of a closed session, of a start that was never
  /// answered, or of nobody.
  private mutating func takeUnmatched<History: SessionHistory>(
    _ values: MeterValues, _ samples: UnsafeBufferPointer<MeterReading>, _ stamp: EventStamp,
    _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) {
    let isNamed = (values.transactionID ?? 0) > 0
    if let number = values.transactionID, isNamed {
      let earlier = try earlierSession(
        .transaction(String(number), station: station), history, &changes, isConcluded: false,
        where: { $0.isNamed(number) })
      if let earlier {
        return takeLate(samples, of: values.connector, stamp, in: earlier, &changes)
      }
    }
    let index = lastOpen { open in
      open.session.dialect == .ocpp16 && open.session.connector == values.connector
        && (!isNamed || open.number == nil)
    }
    if let index, values.connector != 0 {
      // The answer is not in the log, but the station knows its id.
      if let number = values.transactionID, isNamed { openSessions[index].name(number) }
      add(samples, to: index, stamp)
    } else if let number = values.transactionID, isNamed {
      let others = openSessions.filter {
        $0.session.dialect == .ocpp16 && $0.session.connector == values.connector
      }
      if !others.isEmpty || values.connector == 0 {
        findings.note(.unknownTransaction, at: stamp.position)
      }
      // Either the id is wrong, or the stop of the one and the start of the other were lost: what
      // comes next tells. Connector 0 is the station's main meter.
      guard values.connector != 0, !others.contains(where: \.session.lacksStart) else { return }
      openWithoutStart(number, values.connector, samples, stamp)
    }
  }

  /// The start was lost: after its last attempt a station discards it (OCPP 1.6, section 3.7), or the
  /// log begins in mid-session. What the readings say counts.
  private mutating func openWithoutStart(
    _ number: Int64, _ connector: Int32?, _ samples: UnsafeBufferPointer<MeterReading>,
    _ stamp: EventStamp
  ) {
    let first = samples.first.flatMap { stamp.credible($0.at) } ?? stamp.receivedAt
    let id = SessionID.readings(of: number, from: first, stationName: stationName)
    var session = Session(
      id: id, station: station, openedAtPosition: stamp.position, startedAt: first)
    session.lastReceivedAt = stamp.receivedAt
    session.connector = connector
    session.transactionID = String(number)
    session.take(samples, stamp, isLive: true)
    reopen(session)
  }

  /// Readings of a session that was closed. If it had only gone silent it goes on.
  private mutating func takeLate(
    _ samples: UnsafeBufferPointer<MeterReading>, of connector: Int32?, _ stamp: EventStamp,
    in index: Int, _ changes: inout SessionChanges
  ) {
    changes.amend(index, revisedBy: stamp) { session in
      // A stop alone does not name its connector.
      if session.connector == nil, connector != 0 { session.connector = connector }
      session.take(samples, stamp, isLive: false)
      session.touch(stamp)
      if session.closing?.isProvisional == true { session.closing = nil }
    }
    reopenIfOpen(index, &changes)
  }
}
