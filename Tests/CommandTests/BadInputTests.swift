import Foundation
import Testing

@Suite("Bad input")
struct BadInputTests {
  private let components = #"{"type":"ENERGY","price":0.50,"vat":19,"step_size":1}"#

  @Test("A gzip file that was cut off gives what it holds, and says that it was cut off")
  func truncatedGzip() throws {
    let workspace = try Workspace()
    let whole = Repository.fixture("ocpp16-kwwhat-14d/ocpp_1_6_synthetic_logs_14d.csv.gz")
    let bytes = try Data(contentsOf: URL(filePath: whole))
    let cut = try workspace.write("log.csv.gz", bytes.prefix(bytes.count / 2))
    let message = try workspace.fail(2, "import", cut, "--from", "csv")
    #expect(message.contains("gzip data ends too early") && message.contains("are safe"))
    let part = try workspace.events()
    #expect(part > 1000)
    #expect(try workspace.isSound())
    // Fetched again, it adds the rest.
    try workspace.succeed("import", whole, "--rejects", workspace.file("rejects"))
    #expect(try workspace.events() > part)
    #expect(try workspace.sessions().count == 39)
  }

  @Test("Bytes that are not UTF-8 are kept as they came, and the rest of the file is imported")
  func invalidUTF8() throws {
    let workspace = try Workspace()
    var bytes = Array((heartbeatLine(0) + "\n").utf8)
    bytes += Array(heartbeatLine(1).utf8).map { $0 == UInt8(ascii: "H") ? 0xFF : $0 } + [0x0A]
    bytes += Array((heartbeatLine(2) + "\n").utf8)
    try workspace.succeed("import", try workspace.write("t.jsonl", bytes))
    let events = try workspace.succeed("log", "show", "1", "--count", "3").lines
    #expect(events.map { $0["body"] is String } == [true, false, true])
    let kept = try #require(events[1]["body_base64"] as? String)
    #expect(Data(base64Encoded: kept)?.contains(0xFF) == true)
    let stats = try workspace.succeed("log", "stats", "--format", "json").json
    #expect(stats["quarantined"] as? Int == 1)
  }

  @Test("A line of 50 MB is set aside, and memory does not grow with it")
  func longLine() throws {
    let workspace = try Workspace()
    let small = try workspace.write("small.jsonl", heartbeatLine(0))
    let usual = try workspace.succeed("import", small).peakKibibytes
    var bytes = Data((heartbeatLine(1) + "\n" + #"{"raw":""#).utf8)
    bytes.append(Data(repeating: UInt8(ascii: "x"), count: 50 << 20))
    bytes.append(Data(("\"}\n" + heartbeatLine(2)).utf8))
    let ending = try workspace.succeed(
      "import", try workspace.write("long.jsonl", bytes), "--format", "json")
    let report = try #require((try ending.json["files"] as? [[String: Any]])?.first)
    #expect(report["added"] as? Int == 2 && report["rejected"] as? Int == 1)
    let rejects = try String(
      contentsOfFile: workspace.file("long.jsonl.rejects.jsonl"), encoding: .utf8)
    #expect(rejects.contains(#""line":2"#) && rejects.contains("bytes, more than"))
    #expect(rejects.utf8.count < 1 << 20)
    // The longest line that is read at all has 32 MiB; the window around it grows by doubling.
    #expect(ending.peakKibibytes < usual + 128 * 1024, "\(ending.peakKibibytes) KiB")
  }

  @Test("Numbers beyond 64 bits are stored as they came and never crash a fold")
  func hugeNumbers() throws {
    let workspace = try Workspace()
    let numbers = [
      "99999999999999999999", "-99999999999999999999", "1e400", "-1e400", "0.1e-400",
      "9223372036854775807", "-9223372036854775808", String(repeating: "9", count: 4000),
    ]
    var lines: [String] = []
    for (index, number) in numbers.enumerated() {
      let time = "2026-03-02T08:\(10 + index):00Z"
      let frames = [
        #"[2,"s\#(index)","StartTransaction",{"connectorId":\#(number),"idTag":"A","#
          + #""meterStart":\#(number),"timestamp":"\#(time)"}]"#,
        #"[2,"t\#(index)","StartTransaction",{"connectorId":1,"idTag":"A","#
          + #""meterStart":\#(number),"timestamp":"\#(time)"}]"#,
        #"[3,"t\#(index)",{"transactionId":\#(number),"idTagInfo":{"status":"Accepted"}}]"#,
        #"[2,"m\#(index)","MeterValues",{"connectorId":1,"transactionId":\#(number),"#
          + #""meterValue":[{"timestamp":"\#(time)","sampledValue":[{"value":"\#(number)"},"#
          + #"{"value":"\#(number)","unit":"kWh"},{"value":"\#(number)","measurand":"#
          + #""Power.Active.Import","unit":"kW"}]}]}]"#,
        #"[2,"e\#(index)","TransactionEvent",{"eventType":"Started","timestamp":"\#(time)","#
          + #""seqNo":\#(number),"transactionInfo":{"transactionId":"\#(index)"},"#
          + #""evse":{"id":\#(number),"connectorId":\#(number)},"meterValue":[{"timestamp":"#
          + #""\#(time)","sampledValue":[{"value":\#(number),"unitOfMeasure":"#
          + #"{"multiplier":\#(number)}}]}]}]"#,
        #"[2,"z\#(index)","StopTransaction",{"transactionId":\#(number),"meterStop":\#(number),"#
          + #""timestamp":"\#(time)"}]"#,
      ]
      for frame in frames {
        let text = try JSONSerialization.data(withJSONObject: frame, options: .fragmentsAllowed)
        lines.append(
          #"{"timestamp":"\#(time)","chargePointId":"CP-1","direction":"#
            + #""\#(frame.hasPrefix("[3") ? "csms-to-cp" : "cp-to-csms")","#
            + #""raw":\#(String(decoding: text, as: UTF8.self))}"#)
      }
    }
    try workspace.succeed(
      "import", try workspace.write("t.jsonl", lines.joined(separator: "\n")))
    #expect(try workspace.events() == lines.count + 1, "and the tick")
    #expect(try !workspace.sessions().isEmpty)
    #expect(try workspace.isSound())
  }

  @Test("A time beyond all years is set aside, or stored and harmless")
  func hugeTimes() throws {
    let workspace = try Workspace()
    let times = [
      "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "99999-01-01T00:00:00Z", "-1",
      "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z", "1970-01-01T00:00:00Z",
    ]
    let lines = times.map {
      #"{"timestamp":"\#($0)","chargePointId":"CP-1","direction":"cp-to-csms","#
        + #""raw":"[2,\"1\",\"Heartbeat\",{}]"}"#
    }
    let file = try workspace.write("t.jsonl", lines.joined(separator: "\n"))
    let report = try workspace.succeed("import", file, "--format", "json").json
    let counts = try #require((report["files"] as? [[String: Any]])?.first)
    #expect(counts["added"] as? Int == 2 && counts["rejected"] as? Int == 5)
    #expect(try workspace.isSound())
  }

  @Test("A tariff that says nothing sensible is refused with the place of the mistake")
  func badTariffs() throws {
    let workspace = try Workspace()
    let cases = [

      (
        #"{"id":"T","currency":"EUR","elements":[],"last_updated":"2025-01-01T00:00:00Z"}"#,
        "$.elements"
      ),
      (
        tariff("T", #"{"type":"ENERGY","price":"cheap","step_size":1}"#),
        "price_components[0].price"
      ),
      (tariff("T", #"{"type":"ENERGY","price":null,"step_size":1}"#), "price_components[0]"),
      (tariff("T", #"{"type":"ENERGY","price":1e400,"step_size":1}"#), "price_components[0].price"),
      (tariff("T", #"{"type":"ENERGY","price":0.1234567,"step_size":1}"#), "price"),
      (tariff("T", #"{"type":"MAGIC","price":1,"step_size":1}"#), "price_components[0].type"),
      (tariff("T", #"{"type":"ENERGY","price":1,"step_size":-1}"#), "step_size"),
      (tariff("T", components, restrictions: #"{"start_time":"25:00"}"#), "start_time"),
      (tariff("T", components, currency: "EURO"), "currency"),
      ("{\n\n\"id\": }", ":3:"), ("[]", "$"), ("null", "$"), ("\u{0}\u{1}\u{2}", ":1:"),
    ]
    try workspace.succeed("import", try workspace.write("t.jsonl", heartbeatLine(0)))
    let head = try workspace.events()
    for (text, place) in cases {
      let file = try workspace.write("tariff.json", String(text))
      for message in [
        try workspace.fail(2, "tariff", "check", file),
        try workspace.fail(2, "tariff", "publish", file, "--site", "depot"),
        try workspace.fail(2, "backtest", "tariff", file),
        try workspace.fail(2, "price", "--tariff", file, "--cdr", file),
      ] {
        #expect(message.contains("tariff.json"), "\(text): \(message)")
        if place != "empty" { #expect(message.contains(place), "\(text): \(message)") }
      }
    }
    #expect(try workspace.events() == head)
  }

  @Test("A site that says nothing sensible is refused with its line, and nothing is published")
  func badSites() throws {
    let workspace = try Workspace()
    let cases = [
      ("id: a\ntime_zone: Moon/Base\nstations:\n  - id: CP-1\n", ":2: time_zone"),
      ("id: a\ntime_zone: ../../etc/passwd\n", ":2: time_zone"),
      ("id: a\ntime_zone: UTC\nstations:\n  - id: CP-1\n  - id: CP-2\n  - id: CP-1\n", ":6: "),
      ("id: a\nid: b\ntime_zone: UTC\n", "id comes twice"), ("time_zone: UTC\n", "id"),
      ("id: a\ntime_zone: UTC\nstatoins: []\n", ":3: statoins"), ("", "empty"),
      ("id: [unclosed\n", "not YAML"), ("\u{0}\u{1}\u{2}", "site.yaml"),
      ("- a\n- b\n", "site.yaml"),
      ("a: &a [1, 2]\nb: *c\n", "site.yaml"), ("just words", "site.yaml"),
    ]
    for (text, place) in cases {
      let message = try workspace.fail(2, "site", "publish", try workspace.write("site.yaml", text))
      #expect(message.contains(place), "\(text): \(message)")
      try workspace.fail(2, "token", "publish", workspace.file("site.yaml"))
    }
    try workspace.write("site.yaml", [0xFF, 0xFE, 0x00])
    #expect(try workspace.fail(2, "site", "publish", workspace.file("site.yaml")).contains("UTF-8"))
    #expect(!FileManager.default.fileExists(atPath: workspace.ledger), "nothing was published")
  }

  @Test("Aliases that multiply each other do not fill the memory")
  func yamlBomb() throws {
    let workspace = try Workspace()
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let parts = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(parts)]\n"
    }
    let message = try workspace.fail(2, "site", "publish", try workspace.write("site.yaml", text))
    #expect(message.contains("aliases"))
  }

  @Test("Deep nesting is an error or a stored frame, never a crash")
  func deepNesting() throws {
    let workspace = try Workspace()
    let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
    try workspace.fail(2, "tariff", "check", try workspace.write("tariff.json", deep))
    try workspace.fail(2, "site", "publish", try workspace.write("site.yaml", deep))
    let line = heartbeatLine(0).replacing("{}]\"", with: "\(deep)]\"")
    try workspace.succeed("import", try workspace.write("t.jsonl", line))
    let stats = try workspace.succeed("log", "stats", "--actions", "--format", "json").json
    #expect(stats["quarantined"] as? Int == 1)
    #expect(try workspace.isSound())
  }

  @Test(
    "Rubbish is reported line by line, and never crashes",
    arguments: ["noise.jsonl", "noise.csv", "noise.csv.gz", "noise.zst"])
  func noise(name: String) throws {
    let workspace = try Workspace()
    var state: UInt64 = 42
    let bytes = (0..<100_000).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    let file = try workspace.write(name, bytes)
    for words in [
      ["import"], ["import", "--from", "trace"], ["import", "--from", "csv"], ["trace"],
    ] {
      let ending = try workspace.start(words + [file]).wait()
      #expect([0, 2].contains(ending.code), "\(words): \(ending.signal ?? 0) \(ending.errors)")
      #expect(!ending.errors.isEmpty || ending.text.contains("rejected"), "\(words)")
    }
    #expect(try workspace.isSound())
  }

  @Test("A file that begins as gzip or zstd and goes on as noise is damaged, not a crash")
  func damagedCompression() throws {
    let workspace = try Workspace()
    let noise = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let starts: [[UInt8]] = [
      [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], [0x28, 0xB5, 0x2F, 0xFD], [0x1F, 0x8B], [0x1F],
    ]
    for start in starts {
      let file = try workspace.write("t.jsonl.gz", start + noise)
      let ending = try workspace.run("import", file, "--from", "trace")
      #expect([0, 2].contains(ending.code), "\(ending.errors)")
      #expect(ending.code == 2 || ending.text.contains("rejected"))
    }
  }

  @Test("Empty files, directories and files that are not there are told apart")
  func notAFile() throws {
    let workspace = try Workspace()
    let empty = try workspace.write("empty", "")
    let imported = try workspace.run("import", empty)
    #expect(imported.code == 2 || imported.text.contains("0 events added"), "\(imported.errors)")
    for words in [
      ["tariff", "check"], ["site", "publish"], ["token", "publish"], ["backtest", "tariff"],
    ] {
      for path in [empty, workspace.path, workspace.file("nowhere")] {
        let ending = try workspace.start(words + [path]).wait()
        #expect(ending.code == 2 && ending.errors.contains(path), "\(words): \(ending.errors)")
      }
    }
    for words in [["import"], ["trace"]] {
      for (path, reason) in [
        (workspace.path, "Is a directory"), (workspace.file("nowhere"), "No such file"),
      ] {
        let ending = try workspace.start(words + [path]).wait()
        #expect(ending.code == 2 && ending.errors.contains(reason), "\(words): \(ending.errors)")
      }
    }
  }

  @Test("A mistyped name makes no ledger, and a bad file does not hide what a good one gave")
  func oneOfTwoFiles() throws {
    let workspace = try Workspace()
    let good = try workspace.write("good.jsonl", heartbeatLine(0))
    try workspace.fail(2, "import", good, workspace.file("nowhere"))
    #expect(!FileManager.default.fileExists(atPath: workspace.ledger))
    let ending = try workspace.run("import", good, workspace.path, "--format", "json")
    #expect(ending.code == 2 && ending.errors.contains("Is a directory"))
    let reports = try #require(try ending.json["files"] as? [[String: Any]])
    #expect(reports.count == 1 && reports[0]["added"] as? Int == 1)
  }

  @Test("A file that may not be read is an error of input")
  func unreadable() throws {
    let workspace = try Workspace()
    // Root may read everything, but nobody may read the memory at address 0 of a process.
    let path: String
    if getuid() == 0 {
      path = "/proc/self/mem"
    } else {
      path = try workspace.write("secret", heartbeatLine(0))
      chmod(path, 0)
    }
    for words in [["import"], ["trace"], ["tariff", "check"], ["site", "publish"]] {
      let ending = try workspace.start(words + [path]).wait()
      #expect(ending.code == 2 && ending.errors.contains(path), "\(words): \(ending.errors)")
    }
  }

  @Test("A strict import of a file with one bad line appends nothing and names the line")
  func strict() throws {
    let workspace = try Workspace()
    let text = [heartbeatLine(0), "{\"broken\":", heartbeatLine(1)].joined(separator: "\n")
    let file = try workspace.write("t.jsonl", text)
    let message = try workspace.fail(2, "import", "--strict", file)
    #expect(message.contains("line 2") && message.contains("nothing was imported"))
    #expect(try workspace.events() == 0)
    let lenient = try workspace.succeed("import", file)
    #expect(lenient.text.contains("1 rejected"))
    #expect(try workspace.events() == 3, "two frames and the tick")
  }
}
