import ChargerEvents
import OCPP
import Quantities
import Testing

extension Station {
  /// Passes the message that `frame` is on to `use`.
  fileprivate mutating func withMessage(
    _ frame: String, fromStation: Bool = true, _ use: (Message) -> Void
  ) {
    decode(frame, fromStation: fromStation) { event, _ in
      if case .message(let message) = event {
        use(message)
      } else {
        Issue.record("no message: \(frame)")
      }
    }
  }
}

@Suite("Messages about prices, availability and the grid")
struct CostMessageTests {
  @Test("a back end of 1.6 tells prices by DataTransfer, which is kept as it was sent")
  func dataTransfer() {
    var station = Station()
    station.withMessage(
      #"""
      [2,"p","DataTransfer",{"vendorId":"org.openchargealliance.costmsg","messageId":"RunningCost",
      "data":"{\"transactionId\":98,\"cost\":12.34,\"state\":\"Charging\"}"}]
      """#, fromStation: false
    ) { message in
      #expect(message.fields.text(.vendorMessage)?.string == "RunningCost")
      #expect(
        message.fields.text(.data)?.string
          == #"{"transactionId":98,"cost":12.34,"state":"Charging"}"#)
    }
  }

  @Test("a running cost of 2.x names its transaction; a cost of zero is a cost")
  func costUpdated() {
    var station = Station()
    for (cost, cents) in [("1.25", 125), ("0.00", 0)] as [(String, Int64)] {
      station.withMessage(
        #"[2,"c","CostUpdated",{"totalCost":\#(cost),"transactionId":"T"}]"#, fromStation: false
      ) { message in
        #expect(message.fields.decimal(.totalCost)?.scaled(toPowerOfTen: -2) == cents)
        #expect(message.fields.text(.transaction)?.string == "T")
      }
    }
  }

  @Test("a tariff of 2.1 keeps its prices by kWh and by minute, conditions, and stacked taxes")
  func tariff() {
    var station = Station()
    station.withMessage(
      """
      [2,"t","SetDefaultTariff",{"evseId":0,"tariff":{"tariffId":"A","currency":"EUR",\
      "energy":{"prices":[{"priceKwh":0.39,"conditions":{"startTimeOfDay":"22:00",\
      "endTimeOfDay":"06:00","maxEnergy":20000}},{"priceKwh":0.59}],\
      "taxRates":[{"type":"vat","tax":19},{"type":"city","tax":1.5,"stack":1}]},\
      "idleTime":{"prices":[{"priceMinute":0.05,"conditions":{"minIdleTime":900}}]}}}]
      """, fromStation: false
    ) { message in
      let tariffs = Array(message.fields.items(.tariffs))
      let prices = tariffs.flatMap { $0.items(.energyPrices) }.flatMap { $0.items(.prices) }
      #expect(tariffs.count == 1 && tariffs[0].text(.currency)?.string == "EUR")
      #expect(
        prices.map { $0.decimal(.price)?.scaled(toPowerOfTen: -2) } == [39, 59])
      #expect(prices.first?.text(.endTimeOfDay)?.string == "06:00")
      #expect(
        prices.first?.decimal(.maximumEnergyWattHours)?.scaled(toPowerOfTen: 0) == 20_000)
      let taxes = tariffs.flatMap { $0.items(.energyPrices) }.flatMap { $0.items(.taxRates) }
      #expect(taxes.map { $0.integer(.taxStack) } == [nil, 1])
      let idle = tariffs.flatMap { $0.items(.idleTimePrices) }.flatMap { $0.items(.prices) }
      #expect(idle.map { $0.integer(.minimumIdleSeconds) } == [900])
    }
  }

  @Test("a report tells the availability of a connector, and a display message what a driver saw")
  func reports() {
    var station = Station()
    station.withMessage(
      """
      [2,"r","NotifyReport",{"requestId":1,"seqNo":0,"generatedAt":"2026-03-01T08:00:00Z",\
      "reportData":[{"component":{"name":"Connector","evse":{"id":1,"connectorId":2}},\
      "variable":{"name":"AvailabilityState"},"variableAttribute":[{"value":"Faulted"}]}]}]
      """
    ) { message in
      let found = message.fields.items(.settings).map { item in
        (
          item.text(.component)?.string, item.integer(.evse), item.integer(.connector),
          item.text(.variable)?.string,
          item.items(.attributes).map { $0.text(.value)?.string }
        )
      }
      #expect(found.count == 1 && found[0].0 == "Connector" && found[0].1 == 1)
      #expect(found[0].2 == 2 && found[0].3 == "AvailabilityState" && found[0].4 == ["Faulted"])
    }
    station.withMessage(
      """
      [2,"d","SetDisplayMessage",{"message":{"id":1,"priority":"AlwaysFront","transactionId":"T",\
      "message":{"format":"UTF8","content":"0.59 a kWh"}}}]
      """, fromStation: false
    ) { message in
      #expect(message.fields.text(.personalMessage)?.string == "0.59 a kWh")
      #expect(message.fields.text(.transaction)?.string == "T")
    }
  }

  @Test("a control that the grid asked for says which, and whether it holds")
  func gridControls() {
    var station = Station()
    station.withMessage(
      """
      [2,"d","NotifyDERStartStop",{"controlId":"C","started":true,\
      "timestamp":"2026-03-01T08:00:00Z"}]
      """
    ) { message in
      #expect(message.fields.text(.gridControlID)?.string == "C")
      #expect(message.fields.flag(.isActivated) == true)
    }
    station.withMessage(
      """
      [2,"e","NotifyDERAlarm",{"controlType":"LimitMaxDischarge","gridEventFault":"OverFrequency",\
      "alarmEnded":true,"timestamp":"2026-03-01T08:00:00Z"}]
      """
    ) { message in
      #expect(message.fields.text(.gridControl)?.string == "LimitMaxDischarge")
      #expect(message.fields.text(.gridFault)?.string == "OverFrequency")
      #expect(message.fields.flag(.isCleared) == true)
    }
  }
}
