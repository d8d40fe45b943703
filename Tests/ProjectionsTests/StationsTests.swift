import ChargerEvents
import Projections
import Quantities
import Testing

@Suite("What the log knows of stations")
struct StationsTests {
  private let start = instant("2026-03-02T08:00:00Z")

  /// A frame, `minute` minutes after the start.
  private func frame(
    _ minute: Int, _ text: String, station: String = "CP-1", isFromStation: Bool = true
  ) -> TraceFrame {
    TraceFrame(
      station: station, at: start.after(minutes: minute), isFromStation: isFromStation, text: text)
  }

  private func status(
    _ minute: Int, _ connector: Int, _ status: String, error: String = "NoError",
    more: String = "", at: Instant? = nil
  ) -> TraceFrame {
    let time = (at ?? start.after(minutes: minute)).rfc3339
    let fields =
      #""connectorId":\#(connector),"status":"\#(status)","errorCode":"\#(error)","#
      + #""timestamp":"\#(time)"\#(more)"#
    return frame(minute, #"[2,"s\#(minute)","StatusNotification",{\#(fields)}]"#)
  }

  private func stations(_ frames: TraceFrame...) throws -> [StationEntry] {
    let control = try TestLedger()
    try control.load(trace: trace(of: frames))
    return try control.models().stations()
  }

  @Test("BootNotifications of 1.6 and of 2.x say what a station is")
  func identity() throws {
    let old =
      #""chargePointVendor":"Volt","chargePointModel":"One","chargeBoxSerialNumber":"B-7","#
      + #""firmwareVersion":"1.2""#
    let new =
      #""reason":"Watchdog","chargingStation":{"vendorName":"Amp","model":"Two","#
      + #""serialNumber":"S-9","firmwareVersion":"3.4"}"#
    let found = try stations(
      frame(0, #"[2,"a","BootNotification",{\#(old)}]"#),
      frame(5, #"[2,"b","BootNotification",{\#(new)}]"#, station: "CP-2"))
    let (first, second) = (found[0].record, found[1].record)
    #expect(found.map(\.name) == ["CP-1", "CP-2"])
    #expect(first.vendor == "Volt" && first.model == "One" && first.serialNumber == "B-7")
    #expect(first.firmwareVersion == "1.2" && first.lastBootReason == nil)
    #expect(second.vendor == "Amp" && second.model == "Two" && second.serialNumber == "S-9")
    #expect(second.firmwareVersion == "3.4" && second.lastBootReason == "Watchdog")
    #expect(second.boots == 1 && second.lastBootAt == start.after(minutes: 5))
  }

  @Test("A station that is not accepted at once has started once; later it starts again")
  func boots() throws {
    func boot(_ minute: Int, _ version: String) -> TraceFrame {
      frame(minute, #"[2,"b\#(minute)","BootNotification",{"firmwareVersion":"\#(version)"}]"#)
    }
    func answer(_ minute: Int, _ status: String) -> TraceFrame {
      frame(minute, #"[3,"b\#(minute)",{"status":"\#(status)"}]"#, isFromStation: false)
    }
    let found = try stations(
      boot(0, "1"), answer(0, "Pending"), boot(1, "1"), answer(1, "Rejected"), boot(2, "1"),
      answer(2, "Accepted"), boot(60, "2"), answer(60, "Accepted"))
    #expect(found[0].record.boots == 2)
    #expect(found[0].record.lastBootAt == start.after(minutes: 60))
    #expect(found[0].record.firmwareVersion == "2")
  }

  @Test("The last status of each connector counts, with its time, if that can be right")
  func connectors() throws {
    let found = try stations(
      status(0, 2, "Available"), status(1, 1, "Preparing"),
      status(2, 1, "Charging", at: start.after(minutes: 1)),
      status(3, 2, "Unavailable", at: instant("1970-01-01T00:00:00Z")),
      frame(
        4,
        #"[2,"e","StatusNotification",{"timestamp":"\#(start.rfc3339)","connectorStatus":"Occupied","evseId":1,"connectorId":1}]"#,
        station: "CP-2"))
    let connectors = found[0].record.connectors
    #expect(connectors.map(\.connector) == [1, 2])
    #expect(connectors.map(\.status) == [.charging, .unavailable])
    #expect(connectors.map(\.at) == [start.after(minutes: 1), start.after(minutes: 3)])
    #expect(connectors.map(\.position) == [3, 4])
    #expect(found[1].record.connectors.map(\.evse) == [1])
    #expect(found[1].record.connectors.map(\.status) == [.occupied])
  }

  @Test("A fault counts when it begins, and the last one is kept")
  func faults() throws {
    let found = try stations(
      status(0, 1, "Faulted", error: "GroundFailure"),
      status(1, 1, "Faulted", error: "GroundFailure"), status(2, 1, "Available"),
      status(3, 2, "Available", error: "WeakSignal", more: #","vendorErrorCode":"W7","info":"4G""#),
      status(4, 2, "Available"), status(5, 0, "Faulted"))
    let record = found[0].record
    #expect(record.faults == 3)
    #expect(record.lastFault?.code == "Faulted" && record.lastFault?.connector == 0)
    #expect(record.lastFault?.position == 6)

    let weak = try stations(
      status(3, 2, "Available", error: "WeakSignal", more: #","vendorErrorCode":"W7","info":"4G""#))
    let fault = weak[0].record.lastFault
    #expect(fault?.code == "WeakSignal" && fault?.vendorCode == "W7" && fault?.info == "4G")
  }

  @Test("In 2.x an event with a technical code or a problem is a fault; one that cleared is none")
  func events() throws {
    func event(_ minute: Int, _ data: String) -> TraceFrame {
      let variable =
        #""component":{"name":"Connector","evse":{"id":2,"connectorId":1}},"variable":{"name":"Problem"}"#
      let more =
        #""eventId":1,"timestamp":"\#(start.after(minutes: minute).rfc3339)","trigger":"Alerting""#
      return frame(
        minute,
        #"[2,"n\#(minute)","NotifyEvent",{"generatedAt":"\#(start.rfc3339)","seqNo":0,"eventData":[{\#(more),\#(variable),\#(data)}]}]"#
      )
    }
    let found = try stations(
      event(0, #""actualValue":"true""#), event(1, #""actualValue":"false""#),
      event(2, #""actualValue":"true","techCode":"E42","techInfo":"hot""#),
      event(3, #""actualValue":"true","techCode":"E42","cleared":true"#))
    let record = found[0].record
    #expect(record.faults == 2)
    #expect(record.lastFault?.code == "E42" && record.lastFault?.info == "hot")
    #expect(record.lastFault?.evse == 2 && record.lastFault?.connector == 1)
    #expect(record.lastFault?.at == start.after(minutes: 2))
  }

  @Test(
    "Frames are counted by direction, and those that are not OCPP; the first and last are dated")
  func frames() throws {
    let found = try stations(
      frame(1, #"[2,"h","Heartbeat",{}]"#), frame(1, #"[3,"h",{}]"#, isFromStation: false),
      frame(7, "not a frame"), frame(9, #"[3,"h",{}]"#, isFromStation: false))
    let record = found[0].record
    #expect(record.framesFromStation == 2 && record.framesToStation == 2)
    #expect(record.unreadableFrames == 1)
    #expect(record.firstHeardAt == start.after(minutes: 1))
    #expect(record.lastHeardAt == start.after(minutes: 7))
  }

  @Test("Stations are found by name and by the site where they stand")
  func places() throws {
    let control = try TestLedger(at: instant("2026-03-01T00:00:00Z"))
    try control.publishSite("depot", ["CP-1", "CP-3"])
    control.clock.set(instant("2026-03-05T00:00:00Z"))
    try control.load(
      trace: trace(of: ["CP-1", "CP-2", "CP-3"].map { heartbeat($0, at: start) }))
    let models = try control.models()
    #expect(try models.stations().map(\.name) == ["CP-2", "CP-1", "CP-3"])
    #expect(try models.stations(atSites: ["depot"]).map(\.name) == ["CP-1", "CP-3"])
    #expect(try models.stations(named: ["CP-3"]).map(\.siteID) == ["depot"])
    #expect(try models.stations(named: ["CP-3"], atSites: ["other"]).isEmpty)
  }

  @Test("A record that comes late leaves what came after it as it is")
  func late() throws {
    let control = try TestLedger()
    try control.load(trace: trace(of: [status(0, 1, "Available"), status(10, 1, "Charging")]))
    #expect(try control.models().stations()[0].record.connectors[0].status == .charging)
    try control.load(trace: trace(of: [status(5, 1, "Faulted", error: "GroundFailure")]))
    let record = try control.models().stations()[0].record
    #expect(record.connectors[0].status == .charging && record.faults == 1)
    #expect(record.framesFromStation == 3)
    #expect(try control.isSameWhenFoldedAgain())
  }
}
