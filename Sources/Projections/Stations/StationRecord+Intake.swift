import ChargerEvents
import Quantities

extension StationRecord {
  mutating func hear(_ time: Instant) {
    if firstHeardAt == nil { firstHeardAt = time }
    lastHeardAt = time
  }

  mutating func takeBoot(_ boot: Message, at time: Instant) {
    vendor = Self.text(boot.fields.text(.vendor))
    model = Self.text(boot.fields.text(.model))
    serialNumber =
      Self.text(boot.fields.text(.serialNumber)) ?? Self.text(boot.fields.text(.boxSerialNumber))
    firmwareVersion = Self.text(boot.fields.text(.firmwareVersion))
    if !isBootRefused {
      boots += 1
      lastBootAt = time
      lastBootReason = Self.text(boot.fields.text(.reason))
    }
    isBootRefused = false
  }

  /// Until it is accepted a station sends the same notification again (OCPP 1.6, section 4.2; 2.0.1
  /// part 2, B02 and B03).
  mutating func takeBootAnswer(_ answer: Message) {
    guard answer.role == .answer, let status = answer.fields.text(.status) else { return }
    isBootRefused = !(status == "Accepted")
  }

  mutating func take(_ status: StatusNotification, _ stamp: Stamp) {
    let known = connectors.firstIndex {
      $0.evse == status.evse && $0.connector == status.connector
    }
    let now = Connector(
      evse: status.evse, connector: status.connector, status: status.status,
      at: stamp.time(status.at), errorCode: Self.text(status.errorCode),
      position: stamp.position)
    noteFault(of: now, before: known.map { connectors[$0] }, status)
    if let known {
      connectors[known] = now
    } else if connectors.count < Self.greatestConnectors {
      let place = connectors.firstIndex { now.isBefore($0) }
      connectors.insert(now, at: place ?? connectors.endIndex)
    }
  }

  /// A station repeats its status, so an error counts when it was not there before.
  private mutating func noteFault(
    of now: Connector, before: Connector?, _ status: StatusNotification
  ) {
    guard now.isFaulty else { return }
    let isKnown = before?.isFaulty == true && before?.errorCode == now.errorCode
    if isKnown { return }
    faults += 1
    lastFault = Fault(
      at: now.at, evse: now.evse, connector: now.connector, code: now.errorCode ?? "Faulted",
      vendorCode: Self.text(status.vendorErrorCode), info: Self.text(status.info),
      position: now.position)
  }

  /// What a component of a 2.x station reports (2.0.1 part 2, N07 and G05): a technical code, or that
  /// it has a problem.
  mutating func takeEvent(_ event: FieldList, _ stamp: Stamp) {
    if event.flag(.isCleared) == true { return }
    let isProblem =
      event.text(.variable).map { $0 == "Problem" } == true
      && event.text(.value).map { $0 == "true" } == true
    guard let code = Self.text(event.text(.techCode)) ?? Self.text(event.text(.component)),
      isProblem || event.text(.techCode) != nil
    else { return }
    faults += 1
    lastFault = Fault(
      at: stamp.time(event.instant(.at)), evse: event.integer(.evse).flatMap { Int32(exactly: $0) },
      connector: event.integer(.connector).flatMap { Int32(exactly: $0) }, code: code,
      vendorCode: nil, info: Self.text(event.text(.techInfo)), position: stamp.position)
  }
}

extension StationRecord.Connector {
  /// Whether it says that something is wrong.
  public var isFaulty: Bool { status == .faulted || errorCode != nil }

  /// In the order of their numbers.
  fileprivate func isBefore(_ other: Self) -> Bool {
    (evse ?? -1, connector ?? -1) < (other.evse ?? -1, other.connector ?? -1)
  }
}
