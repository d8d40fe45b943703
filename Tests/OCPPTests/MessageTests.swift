import ChargerEvents
import OCPP
import Quantities
import Testing

@Suite("Messages beside the transaction")
struct MessageTests {
  /// Passes the message that `frame` is on to `use`.
  private func withMessage(
    _ frame: String, fromStation: Bool = true, in station: inout Station,
    _ use: (Message) -> Void
  ) {
    station.decode(frame, fromStation: fromStation) { event, _ in
      switch event {
      case .message(let message), .bootNotification(let message): use(message)
      default: Issue.record("no message: \(frame)")
      }
    }
  }

  @Test("a token and what it is allowed are the same fields in 1.6 and in 2.x")
  func authorize() {
    var station = Station()
    for (call, answer) in [
      (
        #"{"idTag":"A1"}"#,
        #"{"idTagInfo":{"status":"Blocked","parentIdTag":"G","expiryDate":"2025-01-01T00:00:00Z"}}"#
      ),
      (
        #"{"idToken":{"idToken":"A1","type":"ISO14443"}}"#,
        """
        {"idTokenInfo":{"status":"Blocked","cacheExpiryDateTime":"2025-01-01T00:00:00Z",\
        "groupIdToken":{"idToken":"G","type":"Central"}}}
        """
      ),
    ] {
      withMessage(#"[2,"a","Authorize",\#(call)]"#, in: &station) { message in
        #expect(message.action == .authorize && message.role == .request && message.isFromStation)
        #expect(message.messageID == "a" && message.fields.text(.token)?.string == "A1")
      }
      withMessage(#"[3,"a",\#(answer)]"#, fromStation: false, in: &station) { message in
        #expect(message.action == .authorize && message.role == .answer && !message.isFromStation)
        #expect(message.fields.text(.status)?.string == "Blocked")
        #expect(message.fields.text(.groupToken)?.string == "G")
        #expect(message.fields.instant(.expiresAt) == instant("2025-01-01T00:00:00Z"))
      }
    }
  }

  @Test("a charging profile keeps its schedules and periods, one schedule or several")
  func profile() {
    let periods =
      #""chargingSchedulePeriod":[{"startPeriod":0,"limit":16.5,"numberPhases":1},{"#
      + #""startPeriod":3600,"limit":6}]"#
    let schedule = #"{"duration":7200,"chargingRateUnit":"A",\#(periods)}"#
    var station = Station()
    for frame in [
      """
      [2,"a","SetChargingProfile",{"connectorId":1,"csChargingProfiles":{"chargingProfileId":7,\
      "stackLevel":2,"chargingProfilePurpose":"TxProfile","transactionId":77,\
      "chargingSchedule":\(schedule)}}]
      """,
      """
      [2,"b","SetChargingProfile",{"evseId":1,"chargingProfile":{"id":7,"stackLevel":2,\
      "chargingProfilePurpose":"TxProfile","transactionId":"77","chargingSchedule":[\(schedule),\
      {"chargingSchedulePeriod":[]}]}}]
      """,
    ] {
      withMessage(frame, fromStation: false, in: &station) { message in
        let profiles = Array(message.fields.items(.profiles))
        #expect(profiles.count == 1 && message.fields.text(.transaction) == nil)
        let profile = profiles[0]
        #expect(profile.integer(.profile) == 7 && profile.integer(.stackLevel) == 2)
        #expect(profile.text(.transaction)?.string == "77")
        let schedule = Array(profile.items(.schedules))[0]
        #expect(schedule.integer(.durationSeconds) == 7200 && schedule.decimal(.limit) == nil)
        let periods = Array(schedule.items(.periods))
        #expect(periods.map { $0.integer(.startSeconds) } == [0, 3600])
        #expect(
          periods.map { $0.decimal(.limit)?.scaled(toPowerOfTen: -1) } == [165, 60])
        #expect(periods.map { $0.integer(.numberPhases) } == [1, nil])
      }
    }
  }

  @Test("faults of 2.x are events of a component's variable, each with its place")
  func componentEvents() {
    var station = Station()
    let frame = """
      [2,"a","NotifyEvent",{"generatedAt":"2025-01-01T00:00:00Z","seqNo":0,"eventData":[\
      {"eventId":1,"timestamp":"2025-01-01T00:00:00Z","trigger":"Alerting","actualValue":"true",\
      "component":{"name":"Connector","evse":{"id":2,"connectorId":1}},\
      "variable":{"name":"Problem"},"severity":3,"eventNotificationType":"HardWiredMonitor"},\
      {"eventId":2,"trigger":"Delta","actualValue":"Faulted","cleared":true,\
      "component":{"name":"EVSE","evse":{"id":2}},"variable":{"name":"AvailabilityState"}}]}]
      """
    withMessage(frame, in: &station) { message in
      let events = Array(message.fields.items(.events))
      #expect(events.map { $0.text(.variable)?.string } == ["Problem", "AvailabilityState"])
      #expect(events.map { $0.text(.value)?.string } == ["true", "Faulted"])
      #expect(events.map { $0.integer(.evse) } == [2, 2])
      #expect(events.map { $0.integer(.connector) } == [1, nil])
      #expect(events.map { $0.integer(.severity) } == [3, nil])
      #expect(events.map { $0.flag(.isCleared) } == [nil, true])
    }
  }

  @Test("a refusal tells its code and names the action that was refused")
  func refusal() {
    var station = Station()
    _ = station.kind(#"[2,"r","ReserveNow",{"id":5}]"#, fromStation: false)
    withMessage(#"[4,"r","NotSupported","no reservations",{}]"#, in: &station) { message in
      #expect(message.action == .reserveNow && message.role == .refusal)
      #expect(message.fields.text(.errorCode)?.string == "NotSupported")
      #expect(message.fields.text(.errorText)?.string == "no reservations")
    }
    withMessage(#"[5,"r","FormatViolation","",{}]"#, in: &station) { message in
      #expect(message.action == nil && message.role == .answerRefusal)
      #expect(message.fields.text(.errorCode)?.string == "FormatViolation")
    }
  }

  @Test("the answer to a 2.x event tells the cost that the driver was shown; nothing is not zero")
  func shownCost() {
    var station = Station()
    for (payload, cost) in [(#"{"totalCost":0.00}"#, 0), (#"{"totalCost":12.345}"#, 12345)] {
      _ = station.kind(TransactionEventTests.ended)
      withMessage(#"[3,"t1",\#(payload)]"#, fromStation: false, in: &station) { message in
        #expect(message.action == .transactionEvent)
        #expect(message.fields.decimal(.totalCost)?.scaled(toPowerOfTen: -3) == Int64(cost))
      }
    }
    _ = station.kind(TransactionEventTests.ended)
    #expect(station.kind(#"[3,"t1",{}]"#, fromStation: false) == "other")
  }

  @Test("what a 2.1 station calculated stands beside its event, each cost apart")
  func costDetails() {
    var station = Station()
    let frame = """
      [2,"t","TransactionEvent",{"eventType":"Ended","triggerReason":"TxResumed",\
      "transactionInfo":{"transactionId":"a","operationMode":"ChargingOnly","tariffId":"T",\
      "transactionLimit":{"maxCost":25.5}},"costDetails":{"totalCost":{"currency":"EUR",\
      "typeOfCost":"NormalCost","energy":{"exclTax":2,"inclTax":2.42},\
      "total":{"exclTax":2.5,"inclTax":3.025}},"totalUsage":{"energy":6000.5,"chargingTime":60,\
      "idleTime":1},"chargingPeriods":[{"startPeriod":"2025-01-01T00:00:00Z","tariffId":"T",\
      "dimensions":[{"type":"Energy","volume":6000.5}]}]}}]
      """
    station.decode(frame) { event, _ in
      guard case .transactionEvent(let event) = event else {
        Issue.record("not a transaction event")
        return
      }
      #expect(event.triggerReason?.string == "TxResumed")
      #expect(event.details.text(.operationMode)?.string == "ChargingOnly")
      #expect(event.details.decimal(.maximumCost)?.scaled(toPowerOfTen: -1) == 255)
      #expect(event.details.text(.currency) == nil)
      let costs = Array(event.details.items(.costs))
      #expect(costs.count == 1 && costs[0].text(.currency)?.string == "EUR")
      let total = Array(costs[0].items(.totalCosts))
      #expect(total.first?.decimal(.costWithTax)?.scaled(toPowerOfTen: -3) == 3025)
      let energy = Array(costs[0].items(.costsOfEnergy))
      #expect(energy.first?.decimal(.costWithTax)?.scaled(toPowerOfTen: -2) == 242)
      let periods = Array(costs[0].items(.costPeriods))
      #expect(Array(periods[0].items(.dimensions))[0].text(.dimension)?.string == "Energy")
    }
  }

  @Test("a stream of 2.1 is read from a SEND, which waits for no answer")
  func stream() {
    var station = Station()
    let frame = """
      [6,"s","NotifyPeriodicEventStream",{"id":4,"pending":0,"basetime":"2025-01-01T00:00:00Z",\
      "data":[{"t":0.5,"v":"230.1"},{"t":1,"v":"229.8"}]}]
      """
    withMessage(frame, in: &station) { message in
      #expect(message.role == .request && message.fields.integer(.stream) == 4)
      let samples = Array(message.fields.items(.samples))
      #expect(samples.map { $0.text(.value)?.string } == ["230.1", "229.8"])
      #expect(samples.map { $0.decimal(.offsetSeconds)?.scaled(toPowerOfTen: -1) } == [5, 10])
    }
    #expect(station.kind(#"[3,"s",{}]"#, fromStation: false) == "other")
  }

  @Test("DataTransfer goes either way, and its data is kept as it was sent if it is no string")
  func dataTransfer() {
    var station = Station()
    for (data, text) in [(#""{\"a\":1}""#, #"{"a":1}"#), (#"{"a" : 1}"#, #"{"a" : 1}"#)] {
      for isFromStation in [true, false] {
        let frame = #"[2,"d","DataTransfer",{"vendorId":"V","messageId":"M","data":\#(data)}]"#
        withMessage(frame, fromStation: isFromStation, in: &station) { message in
          #expect(message.isFromStation == isFromStation)
          #expect(message.fields.text(.vendor)?.string == "V")
          #expect(message.fields.text(.data)?.string == text)
        }
      }
    }
  }

  @Test("a boot tells the station's make and why it booted, in 1.6 and in 2.x")
  func boot() {
    var station = Station()
    for payload in [
      #"{"chargePointVendor":"V","chargePointModel":"M","firmwareVersion":"1.2","meterType":null}"#,
      """
      {"reason":"PowerUp","chargingStation":{"vendorName":"V","model":"M",\
      "firmwareVersion":"1.2"}}
      """,
    ] {
      withMessage(#"[2,"b","BootNotification",\#(payload)]"#, in: &station) { message in
        #expect(message.fields.text(.vendor)?.string == "V")
        #expect(message.fields.text(.model)?.string == "M")
        #expect(message.fields.text(.firmwareVersion)?.string == "1.2")
        #expect(message.fields.text(.meterType) == nil)
        let reason = payload.contains("PowerUp") ? "PowerUp" : nil
        #expect(message.fields.text(.reason)?.string == reason)
      }
    }
  }

  @Test("a message of very many items is read whole, and the next one is not")
  func many() {
    var station = Station()
    let events = Array(repeating: #"{"eventId":1,"severity":2}"#, count: 5000)
    let frame = #"[2,"a","NotifyEvent",{"eventData":[\#(events.joined(separator: ","))]}]"#
    withMessage(frame, in: &station) { message in
      #expect(
        message.fields.items(.events).reduce(0) { $0 + ($1.integer(.severity) ?? 0) } == 10000)
    }
    withMessage(#"[2,"b","NotifyEvent",{"seqNo":1,"eventData":[7]}]"#, in: &station) { message in
      #expect(message.fields.fields.count == 1 && message.fields.integer(.sequenceNumber) == 1)
    }
  }

  @Test("the text of a name finds its action, and nothing else does")
  func names() {
    for action in OCPPAction.allCases {
      for (name, found) in [
        (action.name, action), (action.name.lowercased(), nil), (action.name + "x", nil),
      ] as [(String, OCPPAction?)] {
        Array(name.utf8).withUnsafeBytes { #expect(OCPPAction(name: $0) == found, "\(name)") }
      }
    }
    #expect(Set(OCPPAction.allCases.map(\.name)) == Set(StandardAction.all.keys))
  }
}
